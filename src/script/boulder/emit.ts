/** A translation as files that an officer goes on with: a script, a station template, and what to know. */
import type { EarlierPack } from "./earlier.ts";
import { flow, type Written } from "./yaml.ts";
import type { Translation } from "./translate.ts";

/** A waiver that the script will ask for. */
export interface WantedWaiver {
  readonly control: string;
  readonly on: readonly string[];
  /** The lints that boulder was told to skip there; none where it does not ask. */
  readonly lints: readonly string[];
}

const PEOPLE = `# Put the people of this ceremony here; their public keys lie in people/.
people:
  administrator: { name: the administrator, role: administrator, key: people/administrator.pub }
  operator:      { name: the operator,      role: operator,      key: people/operator.pub }
  witness:       { name: the witness,       role: witness,       key: people/witness.pub }
quorum:
  seal: [1 of administrator, 1 of witness]
  effects: [2 of any]
`;

/**
 * The script. A token of the register is inspected, and every other initialised: boulder names slots and labels, and not what a
 * token holds besides.
 * @param until the last instant at which a waiver may be used, `YYYY-MM-DDTHH:MM:SSZ`
 */
export function scriptText({ steps, tokens, earlier }: Translation, title: string, waivers: readonly WantedWaiver[], until: string): string {
  const opened = [...tokens.keys()].map((token) => ({ kind: serialOf(earlier, token) === undefined ? "initialize-token" : "inspect-token", fields: { token } }));
  const all = [{ kind: "roll-call", fields: {} }, ...opened.filter(({ kind }) => kind === "inspect-token"), ...opened.filter(({ kind }) => kind === "initialize-token"), ...steps];
  return [
    "anchorite: 1", `ceremony: ${flow({ text: title })}`, `assurance: ${earlier?.register.assurance ?? "test"}`, PEOPLE.trimEnd(),
    ...(earlier === null ? [] : [`register: ${flow({ pack: earlier.pack, seal: { text: earlier.seal } })}`]),
    ...(waivers.length === 0 ? [] : ["# What boulder was told to skip, or does not ask, and Anchorite refuses: each is signed with `anchorite waive`, or corrected.", "waivers:", ...waivers.map((waiver) => waiverLine(waiver, until))]),
    "tokens:", ...[...tokens].map(([token, keys]) => `  ${token}: ${flow({ holds: [...keys] })}`),
    "steps:", ...all.map(({ kind, fields }) => `  - ${kind}: ${flow(fields as Written)}`), "",
  ].join("\n");
}

function waiverLine({ control, on, lints }: WantedWaiver, until: string): string {
  const why = (lints.length === 0 ? "boulder made it so and does not ask" : `boulder skipped ${lints.join(", ")}`).slice(0, 300);
  return `  ${control}: ${flow({ on: [...on], why: { text: why }, by: ["administrator", "witness"], until: { text: until } })}`;
}

/** The station: modules as boulder named them; PINs come from prompts. */
export function stationText({ tokens, modules, earlier }: Translation): string {
  const entries = [...tokens.keys()].map((token) => {
    const serial = serialOf(earlier, token);
    return [`  ${token}:`, `    module: ${modules.get(token) ?? ""}`, `    serial: ${serial === undefined ? "uninitialized" : JSON.stringify(serial)}`, "    pin: prompt", ...(serial === undefined ? ["    so-pin: prompt"] : [])].join("\n");
  });
  return ["# Where this host reaches the tokens. For SoftHSM add: environment: { SOFTHSM2_CONF: { file: softhsm2.conf } }", "anchorite-station: 1", "tokens:", ...entries, ""].join("\n");
}

/** The serial of a token of the register. */
function serialOf(earlier: EarlierPack | null, name: string): string | undefined {
  return earlier?.register.tokens.find(({ token }) => token === name)?.serial;
}
