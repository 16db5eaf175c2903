// The commands of `roster`: each is declared by its own file.
#pragma once

#include "tools/program.h"

namespace roster::tools {

void addInit(CLI::App& program, Chosen& chosen);
void addSchema(CLI::App& program, Chosen& chosen);
void addImport(CLI::App& program, Chosen& chosen);
void addCount(CLI::App& program, Chosen& chosen);
void addExport(CLI::App& program, Chosen& chosen);
void addBreakdown(CLI::App& program, Chosen& chosen);
void addStats(CLI::App& program, Chosen& chosen);
void addOverlap(CLI::App& program, Chosen& chosen);
void addExplain(CLI::App& program, Chosen& chosen);
void addSegment(CLI::App& program, Chosen& chosen);
void addContact(CLI::App& program, Chosen& chosen);
void addContacts(CLI::App& program, Chosen& chosen);
void addEvents(CLI::App& program, Chosen& chosen);
void addCompact(CLI::App& program, Chosen& chosen);
void addCheck(CLI::App& program, Chosen& chosen);
void addBackup(CLI::App& program, Chosen& chosen);
void addRestore(CLI::App& program, Chosen& chosen);
void addGenerate(CLI::App& program, Chosen& chosen);
void addServe(CLI::App& program, Chosen& chosen);
void addBench(CLI::App& program, Chosen& chosen);
void addCompletion(CLI::App& program, Chosen& chosen);

}  // namespace roster::tools
