/** What an entry says, as a sentence. What this version does not know by name is shown as it stands in the record. */
import type { Observation } from "../transcript/observation.ts";
import type { Happening, RecordedRequest } from "./entries.ts";
import { eventSentence, wordOf } from "./event-sentences.ts";

/** The name of a person by their id. */
export type NameOf = (id: string) => string;

/** One sentence for a happening. */
export function sentenceOf(happening: Happening, nameOf: NameOf): string {
  const { request, answer, event } = happening;
  if (event !== null) return eventSentence(event, nameOf);
  if (request === null) return "";
  const asked = requestWords(request, nameOf);
  return answer === null ? `${asked}: no answer is recorded` : `${asked}: ${answerWords(answer, nameOf)}`;
}

function requestWords(request: RecordedRequest, nameOf: NameOf): string {
  const text = (name: string) => wordOf(request[name]);
  switch (request.kind) {
    case "roll-call": return "Roll call";
    case "time": return "The time";
    case "present": return "Who is present";
    case "read-back": return `${nameOf(text("by"))} reads back the words of the ${text("subject")} ${text("name")}`;
    case "confirm": return `To ${text("verb")} ${text("of")}`;
    case "act": return `${nameOf(text("by"))} acts outside the tool`;
    case "double-entry": return `Two people type ${text("typed")}, each for themselves`;
    case "attach": return `${nameOf(text("by"))} puts ${text("files")} beside the record`;
    case "wrap-key": return `Back up the key ${text("key")} as ${text("backup")}: wrapped on ${text("token")}, ${text("threshold")} shares open it`;
    case "unwrap-key": return `Restore the key ${text("label")} from the backup ${text("backup")} on ${text("token")}`;
    case "set-pin": return `Set the ${text("role")} PIN of ${text("token")}, by its ${text("by")}`;
    case "decide": return `To decide about ${text("about")} (${text("name")}), choices ${text("choices")}`;
    case "deviation": return `The words of ${text("name")} were not typed back, a deviation, choices ${text("choices")}`;
    case "draw": return `Draw ${text("length")} from ${text("source")} ${text("token")}`.trimEnd();
    case "inspect-token": return `Look at the token ${text("token")}`;
    case "find-token": return `Look for the token labelled ${text("label")}`;
    case "find-objects": return `Look for objects labelled ${text("label")} on ${text("token")}`;
    case "keep-artifacts": return `Keep ${filesOf(request)}`;
    case "initialize-token": return `Initialise the token ${text("token")} as ${text("label")}`;
    case "generate-key-pair": return `Generate the key pair ${text("label")}, ${text("algorithm")}, on ${text("token")}`;
    case "sign": return `Sign ${countOf(request["items"])} ${text("purpose")}`;
    case "destroy-objects": return `Destroy the objects labelled ${text("label")} on ${text("token")}`;
    case "adjourn": return `Adjourn: hold-point ${text("point")}`;
    case "close": return `Close: ${text("outcome")}`;
    default: return rest(request.kind, request);
  }
}

function answerWords(answer: Observation, nameOf: NameOf): string {
  if (answer.outcome === "stopped") return `STOPPED by ${nameOf(answer.by)}: ${answer.reason}`;
  if (answer.outcome === "refused") return `REFUSED by the token with ${answer.ckr}; nothing happened`;
  if (answer.outcome === "wrong") return `WRONG ANSWER of the token: ${answer.why}`;
  if (answer.outcome === "unknown") return `UNKNOWN whether it happened ${answer.ckr}`.trimEnd();
  if (answer.outcome === "unmatched") return `words ${answer.positions.join(" and ")} were NOT typed back by ${nameOf(answer.by)} in ${plural(answer.tries, "try", "tries")}`;
  const people = (ids: readonly string[]) => ids.map(nameOf).join(", ") || "nobody";
  switch (answer.kind) {
    case "roll-call": case "present": return people(answer.present);
    case "time": return `${answer.instant}, attested by ${people(answer.attestedBy)}`;
    case "read-back": return `words ${answer.positions.join(" and ")} typed by ${nameOf(answer.by)}${answer.tries === 1 ? "" : ` at try ${answer.tries}`}`;
    case "confirm": return `confirmed by ${nameOf(answer.by)}`;
    case "act": return `done by ${nameOf(answer.by)}${Object.keys(answer.typed).length === 0 ? "" : `; ${typedWords(answer.typed)}`}`;
    case "double-entry": return answer.entries.map(({ by, typed }) => `${nameOf(by)} typed ${typedWords(typed)}`).join("; ");
    case "attach": return answer.files.map(({ path, sha256 }) => `${path}, SHA-256 ${sha256}`).join("; ");
    case "wrap-key": return `done, by ${answer.mechanism}; shares: ${answer.shares.map(({ by }) => nameOf(by)).join(", ")}`;
    case "decide": return `${nameOf(answer.by)} decided: ${answer.choice}`;
    case "deviation": return `expected ${answer.expected}; happened ${answer.happened}; ${nameOf(answer.by)} decided: ${answer.decided} (${answer.choice})`;
    case "draw": return `${answer.bytes.length / 2} octets`;
    case "inspect-token": return `${answer.identity.manufacturer} ${answer.identity.model}, serial ${answer.identity.serial}, ${plural(answer.objects.length, "object")}`;
    case "find-token": return plural(answer.matches.length, "match", "matches");
    case "find-objects": return plural(answer.objects.length, "object");
    case "keep-artifacts": return `${plural(answer.kept, "file")} kept`;
    case "adjourn": return `signed by ${people(answer.signatures.map(({ by }) => by))}`;
    case "destroy-objects": return `${plural(answer.destroyed, "object")} destroyed`;
    case "initialize-token": return `done, serial ${answer.identity.serial}`;
    case "sign": return `done, ${plural(answer.signatures.length, "signature")}`;
    default: return answer.outcome;
  }
}

function typedWords(typed: Readonly<Record<string, string>>): string {
  return Object.entries(typed).map(([name, value]) => `${name}: ${value}`).join("; ");
}

function rest(kind: string, request: RecordedRequest): string {
  const named = Object.entries(request).filter(([name]) => name !== "kind" && name !== "step").map(([name, value]) => `${name} ${wordOf(value)}`);
  return [kind, ...named].join("; ").slice(0, 400);
}

const MOST_NAMED = 6;

function filesOf({ files }: RecordedRequest): string {
  const paths = Array.isArray(files) ? files.map((file: { readonly path?: unknown }) => String(file.path)) : [];
  return paths.length > MOST_NAMED ? `${paths.length} files, from ${paths[0] ?? ""} to ${paths[paths.length - 1] ?? ""}` : paths.join(", ");
}

function countOf(items: unknown): number {
  return Array.isArray(items) ? items.length : 0;
}

/** `1 file`, `2 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
