// Runs the real `roster` program, as a user would.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace roster::testing {

struct Ran {
  int exit = -1;       // the exit code; 128 and the signal's number where a signal ended it
  std::string output;  // standard output
  std::string notes;   // standard error
};

// A program under way, its output and errors read through pipes.
class RosterProcess {
 public:
  // `words` follow the program's name. `input` is a file for standard input.
  explicit RosterProcess(const std::vector<std::string>& words, const std::string& input = "/dev/null");
  RosterProcess(const RosterProcess&) = delete;
  RosterProcess& operator=(const RosterProcess&) = delete;
  ~RosterProcess();

  pid_t id() const { return id_; }
  void signal(int number) const;
  // Reads until both streams end, and waits.
  Ran wait();

 private:
  pid_t id_ = -1;
  int output_ = -1;
  int notes_ = -1;
};

Ran runRoster(const std::vector<std::string>& words, const std::string& input = "/dev/null");

// Runs a line in bash, in a directory and with `roster` on the path; standard error goes where standard output goes.
Ran runInShell(const std::string& line, const std::string& directory);

}  // namespace roster::testing
