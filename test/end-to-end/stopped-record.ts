/** A ceremony that a person stopped after its root was issued and before the transcript key had a certificate: people alone seal it. */
import type { Ceremony, Ended } from "./ceremony.ts";
import { smallCeremony } from "./small-ceremony.ts";

interface Stopped {
  readonly ceremony: Ceremony;
  readonly ended: Ended;
}

let stopped: Stopped | null = null;

export function stoppedRecord(): Stopped {
  stopped ??= stop();
  return stopped;
}

function stop(): Stopped {
  const ceremony = smallCeremony({ 6: ["{ stop: the lamp went out, by: alice }"] });
  const ended = ceremony.run();
  for (const id of ["alice", "dan"]) ceremony.seal(id);
  return { ceremony, ended };
}
