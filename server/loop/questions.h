// Questions to a database, put from the event loop: answered there where they are short, and by the threads otherwise.
#pragma once

#include <functional>
#include <kj/async.h>
#include <string>
#include <vector>

#include "server/loop/service.h"
#include "server/service/counting.h"

namespace roster::server {

// The database is opened where it is not open. Where a promise is dropped, its work stops.
kj::Promise<Result<Counted>> askCount(Service& service, const std::string& database, const Question& question);
kj::Promise<Result<CountedNodes>> askCountNodes(Service& service, const std::string& database,
                                                const Question& question);

// Work that finds the names of all databases, ascending: it reads the folder.
std::function<Result<std::vector<std::string>>(const Executor&)> namesOf(Service& service);

}  // namespace roster::server
