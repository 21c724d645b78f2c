#include "userspace/commands/wires/wires_report.h"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace pi_ring {
namespace {

std::string place(unsigned gpio) {
  const unsigned pin = header_pin(gpio);
  return "GPIO " + std::to_string(gpio) +
         (pin != 0 ? " (pin " + std::to_string(pin) + ")" : "");
}

std::string names(const std::vector<size_t>& wires) {
  std::string text;
  for (const size_t wire : wires) {
    text += (text.empty() ? "" : ", ") + std::string(wire_name(wire));
  }
  return text;
}

const char* kind_name(FaultKind kind) {
  switch (kind) {
    case FaultKind::kStuckLow:
      return "stuck low";
    case FaultKind::kStuckHigh:
      return "stuck high";
    case FaultKind::kOpen:
      return "open";
    case FaultKind::kSwapped:
      return "swapped";
    case FaultKind::kShorted:
      return "shorted";
    case FaultKind::kNoPullDown:
      return "missing pull-down";
    case FaultKind::kUnsteady:
      return "unsteady";
    case FaultKind::kUntold:
      return "unknown";
  }
  return "?";
}

std::string state_of(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    text += (text.empty() ? "" : ", ") + std::string(kind_name(fault.kind));
    if (!fault.with.empty()) text += " with " + names(fault.with);
  }
  return text.empty() ? "good" : text;
}

// Both, or the one end that it is about.
std::string ends_of(const WiresReport& report, size_t wire,
                    const Fault& fault) {
  if (!fault.far) return place(report.near[wire]);
  if (!fault.near) return place(report.far[wire]);
  return place(report.near[wire]) + " and " + place(report.far[wire]);
}

std::string what_to_do(const WiresReport& report, size_t wire,
                       const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kStuckLow:
      return "touches ground, or something holds it low at " +
             ends_of(report, wire, fault) +
             ": pull the wire off; if the pin stays low, free the pin";
    case FaultKind::kStuckHigh:
      return "touches 3.3 V, or something holds it high at " +
             ends_of(report, wire, fault) +
             ": a HAT's pull-up, or the other Pi's driver (sudo modprobe -r "
             "pi_ring)?";
    case FaultKind::kOpen:
      return "push both plugs home, " + ends_of(report, wire, fault) +
             ", or take another wire";
    case FaultKind::kSwapped:
      return "its plug at " + place(report.far[fault.with.front()]) +
             " belongs on " + place(report.far[wire]);
    case FaultKind::kShorted:
      return "pull " + names(fault.with) +
             " off and try again: the wires or their pins touch";
    case FaultKind::kNoPullDown:
      return "nothing pulls " + ends_of(report, wire, fault) +
             " down before the driver does: put gpio=4-13,16-25=ip,pd into "
             "/boot/firmware/config.txt (pulled down by this test until then)";
    case FaultKind::kUnsteady:
      return "answers differently each time: a loose contact";
    case FaultKind::kUntold:
      return "cannot be tested beside the other faults: repair those, and try "
             "again";
  }
  return "";
}

}  // namespace

std::string wires_table(const WiresReport& report) {
  std::ostringstream out;
  const char* far = report.far_is_neighbour ? "neighbour's end" : "other end";
  out << std::left << std::setw(6) << "wire" << std::setw(18) << "this end"
      << std::setw(18) << far << "state\n";
  for (size_t wire = 0; wire < kWires; ++wire) {
    out << std::setw(6) << wire_name(wire) << std::setw(18)
        << place(report.near[wire]) << std::setw(18) << place(report.far[wire])
        << state_of(report.diagnosis[wire]) << '\n';
    for (const Fault& fault : report.diagnosis[wire]) {
      out << "      " << what_to_do(report, wire, fault) << '\n';
    }
  }
  return out.str();
}

std::string wires_json(const WiresReport& report) {
  using Json = nlohmann::ordered_json;
  Json json = {{"good", is_good(report.diagnosis)}, {"wires", Json::array()}};
  for (size_t wire = 0; wire < kWires; ++wire) {
    Json entry = {{"wire", wire_name(wire)},
                  {"gpio", report.near[wire]},
                  {"other_gpio", report.far[wire]},
                  {"faults", Json::array()}};
    for (const Fault& fault : report.diagnosis[wire]) {
      Json with = Json::array();
      for (const size_t other : fault.with) with.push_back(wire_name(other));
      entry["faults"].push_back({{"fault", kind_name(fault.kind)},
                                 {"with", with},
                                 {"advice", what_to_do(report, wire, fault)}});
    }
    json["wires"].push_back(entry);
  }
  return json.dump();
}

}  // namespace pi_ring
