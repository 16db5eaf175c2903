// Runs one test of this binary in a process of its own, for what two processes do to each other.
#pragma once

#include <map>
#include <string>
#include <sys/types.h>

namespace roster {

class ChildProcess {
 public:
  // `test` is a full name, "Suite.DISABLED_Name"; `environment` is added to this process's.
  ChildProcess(const std::string& test, const std::map<std::string, std::string>& environment);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  // In the child: a line for the parent.
  static void say(const std::string& line);

  // The next line the child says; empty where it has ended.
  std::string readLine();
  // Ends the child with SIGKILL and waits for it.
  void kill();
  pid_t id() const { return id_; }

 private:
  pid_t id_ = -1;
  int said_ = -1;   // what the child says
  int input_ = -1;  // the child's standard input; closing it lets a waiting child end
};

}  // namespace roster
