/** Gathers the verdicts of controls while a plan is made: every finding, and which controls were judged at all. */
import { CONTROLS, type ControlId } from "../controls.ts";
import type { Finding, ScriptPath } from "../fault.ts";

export class Judgement {
  readonly findings: Finding[] = [];
  readonly #judged = new Set<ControlId>();

  /** Judges one control at one place of the script. Returns whether it held. */
  judge(control: ControlId, path: ScriptPath, held: boolean, message: string, hint?: string): boolean {
    this.#judged.add(control);
    if (!held) this.findings.push({ control, path, message, ...(hint === undefined ? {} : { hint }) });
    return held;
  }

  /** Takes over what another room judged: the controls it looked at, and its findings. */
  take(controls: readonly ControlId[], findings: readonly Finding[]): void {
    for (const control of controls) this.#judged.add(control);
    this.findings.push(...findings);
  }

  /** The controls that were judged and held, in the order of the table. */
  held(): { control: ControlId; verdict: "held" }[] {
    const failed = new Set(this.findings.map((finding) => finding.control));
    return CONTROLS.flatMap(({ id }) => (this.#judged.has(id) && !failed.has(id) ? [{ control: id, verdict: "held" as const }] : []));
  }
}
