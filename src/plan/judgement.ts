/** Gathers the verdicts of controls while a plan is made: every finding, and which controls were judged at all. */
import { CONTROLS, type Control, type ControlId } from "../controls.ts";
import type { Finding, ScriptPath } from "../fault.ts";

export class Judgement {
  readonly findings: Finding[] = [];
  readonly #judged = new Set<ControlId>();
  readonly #waivers: ReadonlyMap<ControlId, { readonly on: readonly string[] }>;
  readonly #madeAt: (path: ScriptPath) => string | null;
  /** `CONTROL name` of every finding that a waiver lifted. */
  readonly #lifted = new Set<string>();

  /**
   * @param waivers what is waived, by control
   * @param madeAt the name of what the step at a place makes
   */
  constructor(waivers: ReadonlyMap<ControlId, { readonly on: readonly string[] }> = new Map(), madeAt: (path: ScriptPath) => string | null = () => null) {
    this.#waivers = waivers;
    this.#madeAt = madeAt;
  }

  /** Judges one control at one place of the script. Returns whether it held. */
  judge(control: ControlId, path: ScriptPath, held: boolean, message: string, hint?: string | undefined): boolean {
    this.#judged.add(control);
    if (!held) this.#found({ control, path, message, ...(hint === undefined ? {} : { hint }) });
    return held;
  }

  /** Whether a waiver has lifted a finding of a control on what this name stands for. */
  lifted(control: ControlId, name: string): boolean {
    return this.#lifted.has(`${control} ${name}`);
  }

  /** A waiver takes beforehand what only the ceremony can find: it is lifted where the waiver names it. */
  lift(control: ControlId, name: string): void {
    this.#judged.add(control);
    if (isWaivable(control) && this.#waivers.get(control)?.on.includes(name) === true) this.#lifted.add(`${control} ${name}`);
  }

  #found(finding: Finding): void {
    const name = this.#madeAt(finding.path);
    const isWaived = name !== null && isWaivable(finding.control) && this.#waivers.get(finding.control)?.on.includes(name) === true;
    if (isWaived) this.#lifted.add(`${finding.control} ${name}`);
    else this.findings.push(finding);
  }

  /** Takes over what another room judged: the controls it looked at, and its findings. */
  take(controls: readonly ControlId[], findings: readonly Finding[]): void {
    for (const control of controls) this.#judged.add(control);
    for (const finding of findings) this.#found(finding);
  }

  /** The controls that were judged and held, in the order of the table; `waived` where a waiver lifted a finding. */
  verdicts(): { control: ControlId; verdict: "held" | "waived" }[] {
    const failed = new Set(this.findings.map((finding) => finding.control));
    const waived = new Set([...this.#lifted].map((one) => one.split(" ")[0]));
    return CONTROLS.flatMap(({ id }) => (this.#judged.has(id) && !failed.has(id) ? [{ control: id, verdict: waived.has(id) ? ("waived" as const) : ("held" as const) }] : []));
  }
}

function isWaivable(id: ControlId): boolean {
  return CONTROLS.some((control: Control) => control.id === id && control.waivable === true);
}
