#include "tools/completion_script.h"

#include <fmt/format.h>
#include <vector>

namespace roster::tools {

namespace {

struct Word {
  std::string text;
  std::string description;
};

// A command by its path, such as "segment save", and the words that may follow it.
struct Place {
  std::string path;
  std::vector<Word> commands;
  std::vector<Word> options;
};

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
  Place place{path, {}, {}};
  for (const CLI::App* command : app.get_subcommands({})) {
    place.commands.push_back({command->get_name(), command->get_description()});
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      place.options.push_back({"--" + name, option->get_description()});
    }
  }
  places.push_back(std::move(place));
  for (const CLI::App* command : app.get_subcommands({})) {
    collect(*command, path.empty() ? command->get_name() : path + ' ' + command->get_name(), places);
  }
}

std::vector<Place> placesOf(const CLI::App& program) {
  std::vector<Place> places;
  collect(program, "", places);
  return places;
}

std::string joined(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

// In single quotes, for bash, zsh and fish alike.
std::string shellQuoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\"'\"'") : std::string(1, c);
  return out + "'";
}

// Walks the words before the cursor to the command they name, and sets `commands` and `options` to what may follow.
std::string bashScript(const std::vector<Place>& places) {
  std::string script =
      "# bash completion for roster\n"
      "_roster_words() {\n"
      "  commands=() options=()\n"
      "  case \"$1\" in\n";
  for (const Place& place : places) {
    script += fmt::format("    {}) commands=({}) options=({}) ;;\n", shellQuoted(place.path), joined(place.commands),
                          joined(place.options));
  }
  script +=
      "  esac\n"
      "}\n"
      "_roster() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" path='' word at commands options\n"
      "  _roster_words ''\n"
      "  for ((at = 1; at < COMP_CWORD && ${#commands[@]} > 0; at++)); do\n"
      "    word=\"${COMP_WORDS[at]}\"\n"
      "    [[ \" ${commands[*]} \" == *\" $word \"* ]] || continue\n"
      "    path=\"${path:+$path }$word\"\n"
      "    _roster_words \"$path\"\n"
      "  done\n"
      "  if [[ $current == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"${options[*]}\" -- \"$current\"))\n"
      "  elif ((${#commands[@]} > 0)); then\n"
      "    COMPREPLY=($(compgen -W \"${commands[*]}\" -- \"$current\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$current\"))\n"
      "  fi\n"
      "}\n"
      "complete -o filenames -F _roster roster\n";
  return script;
}

std::string zshWords(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) {
    text +=
        (text.empty() ? "" : " ") + shellQuoted(word.text + (word.description.empty() ? "" : ":" + word.description));
  }
  return text;
}

std::string zshScript(const std::vector<Place>& places) {
  std::string script =
      "#compdef roster\n"
      "_roster_words() {\n"
      "  commands=() options=()\n"
      "  case \"$1\" in\n";
  for (const Place& place : places) {
    script += fmt::format("    ({}) commands=({}) options=({}) ;;\n", shellQuoted(place.path), zshWords(place.commands),
                          zshWords(place.options));
  }
  script +=
      "  esac\n"
      "}\n"
      "_roster() {\n"
      "  local path_so_far='' word at\n"
      "  local -a commands options\n"
      "  _roster_words ''\n"
      "  for ((at = 2; at < CURRENT && ${#commands} > 0; at++)); do\n"
      "    word=\"${words[at]}\"\n"
      "    (( ${commands[(I)$word:*]} )) || continue\n"
      "    path_so_far=\"${path_so_far:+$path_so_far }$word\"\n"
      "    _roster_words \"$path_so_far\"\n"
      "  done\n"
      "  if [[ $PREFIX == -* ]]; then\n"
      "    _describe 'option' options\n"
      "  elif (( ${#commands} > 0 )); then\n"
      "    _describe 'command' commands\n"
      "  else\n"
      "    _files\n"
      "  fi\n"
      "}\n"
      "if [ \"$funcstack[1]\" = _roster ]; then _roster \"$@\"; else compdef _roster roster; fi\n";
  return script;
}

std::string fishScript(const std::vector<Place>& places) {
  std::string script =
      "# fish completion for roster\n"
      "# True where the words before the cursor that are no options begin with these.\n"
      "function __roster_at\n"
      "    set -l words (string match -v -- '-*' (commandline -opc))\n"
      "    set -e words[1]\n"
      "    set -l wanted (string split -n ' ' -- $argv[1])\n"
      "    test (count $words) -ge (count $wanted); or return 1\n"
      "    for at in (seq (count $wanted))\n"
      "        test \"$words[$at]\" = \"$wanted[$at]\"; or return 1\n"
      "    end\n"
      "    test \"$argv[2]\" != exactly; or test (count $words) -eq (count $wanted)\n"
      "end\n";
  for (const Place& place : places) {
    const std::string exactly = shellQuoted("__roster_at \"" + place.path + "\" exactly");
    const std::string within = shellQuoted("__roster_at \"" + place.path + "\"");
    for (const Word& command : place.commands) {
      script += fmt::format("complete -c roster -f -n {} -a {} -d {}\n", exactly, command.text,
                            shellQuoted(command.description));
    }
    // The options of a command that has further ones stand before those.
    for (const Word& option : place.options) {
      script += fmt::format("complete -c roster -n {} -l {} -d {}\n", place.commands.empty() ? within : exactly,
                            option.text.substr(2), shellQuoted(option.description));
    }
  }
  return script;
}

}  // namespace

std::optional<std::string> completionScript(const CLI::App& program, std::string_view shell) {
  const std::vector<Place> places = placesOf(program);
  if (shell == "bash") return bashScript(places);
  if (shell == "zsh") return zshScript(places);
  if (shell == "fish") return fishScript(places);
  return std::nullopt;
}

}  // namespace roster::tools
