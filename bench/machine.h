// What a measurement was made on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace roster::bench {

// "AMD EPYC 7R13, 2 cores, 22 GiB": the processor as it calls itself.
std::string machineDescription();

// Memory of this process that is in RAM, in bytes; 0 where the system does not say.
std::uint64_t residentBytes();

// The most of it since the process began or forgetPeak() was called last; 0 where the system does not say.
std::uint64_t peakResidentBytes();
void forgetPeak();

// Gives memory that was freed back to the system, so that it no longer counts as resident.
void giveBackFreed();

// Of all files in a directory and those below it; 0 where there is none.
std::uint64_t bytesBelow(const std::filesystem::path& directory);

}  // namespace roster::bench
