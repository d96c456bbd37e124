/** Whether an online host is fit for a scheduled run: the network is allowed and named, and nobody is there with a watch or words on paper. Pure. */
import type { Finding } from "../fault.ts";
import type { HostFacts } from "./host-facts.ts";
import { finding, judgeEntropyAndSpace, judgeHardwareClock, judgeInterfaces, judgeLoading, judgeMemory, judgeRadios } from "./judge-host.ts";

export interface OnlineHost {
  /** Interfaces that may be up, as the station names them, and the link of an HSM. */
  readonly interfaces: readonly string[];
  /** Package digest that the standing approval names, hex; null where there is none yet. */
  readonly tool: string | null;
}

export function judgeOnline(facts: HostFacts, { interfaces, tool }: OnlineHost): Finding[] {
  return [
    ...judgeInterfaces(facts, interfaces, "every interface but those that the station names to be down", "name it in the station, online: [NAME], or: ip link set NAME down"),
    ...judgeRadios(facts), ...judgeMemory(facts), ...judgeLoading(facts), ...judgeHardwareClock(facts), ...judgeTool(facts, tool), ...judgeEntropyAndSpace(facts),
  ];
}

/** In the place of words on paper: the digest that people approved. */
function judgeTool({ digests }: HostFacts, tool: string | null): Finding[] {
  const found = digests.find(({ of }) => of === "tool")?.sha256 ?? "";
  if (tool === null || found === tool) return [];
  return [finding("HOST-TOOL", `expected the tool with the package digest ${tool}, which the standing approval names, found ${found}`, "have the template approved with the new tool, or go back to the old one")];
}
