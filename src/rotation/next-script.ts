/** The script of the next ceremony, as text that people review. */
import { findProfile } from "../plan/profiles.ts";
import { writtenScript, type WrittenMember } from "../script/written-script.ts";
import { day, type Draft, type Fields, type NextStep } from "./next-draft.ts";

/** A register pack, where it will lie beside the script. */
export interface NamedPack {
  readonly pack: string;
  /** SHA-256 of its seal.txt, hex. */
  readonly seal: string;
}

/** script.yaml, UTF-8. @param packs the first is that of the line itself @param by the last day for the ceremony */
export function nextScript(draft: Draft, packs: readonly NamedPack[], by: string | null): string {
  const { register, held } = draft;
  const head = [
    `What ${register.ceremony} leaves to be done, as of ${day(draft.at)}.`,
    by === null ? "Hold it as soon as you can." : `Hold it by ${day(by)}.`,
    "agenda.txt says why and what comes after; fetch.txt what somebody has to bring before. Review it like any other script.",
  ];
  const members: WrittenMember[] = [
    { name: "anchorite", value: 1 }, { name: "ceremony", value: nextTitle(held.title, draft) }, { name: "assurance", value: register.assurance },
    { name: "people", value: Object.fromEntries(held.people.map(({ id, name, role }) => [id, { name, role, key: `people/${id}.pub` }])) },
    { name: "quorum", value: quorumOf(draft) },
    ...(held.dice > 0 ? [{ name: "dice", value: held.dice }] : []), ...(held.video === undefined ? [] : [{ name: "video", value: held.video }]),
    ...(draft.made.weakKeys.length > 0 ? [{ name: "weak-keys", value: draft.made.weakKeys }] : []),
    { name: "register", value: registerOf(packs), why: "The ceremony before. Compare the digest with the one that was read aloud when it was sealed." },
    { name: "rotation", value: rotationOf(draft), why: "What earlier scripts said of rotation goes on." },
    { name: "tokens", value: tokensOf(draft) },
  ];
  return writtenScript(head, members, stepsOf(draft).map(({ kind, fields, why }) => ({ name: kind, value: inScript(fields), ...(why === "" ? {} : { why }) })));
}

/** All steps in their order. */
export function stepsOf(draft: Draft): NextStep[] {
  const step = (kind: string, fields: Fields, why = ""): NextStep => ({ kind, fields, why });
  const cas = draft.certificates.filter(({ kind, fields }) => kind === "issue-root" || (kind === "issue-certificate" && findProfile(String(fields.profile))?.ca === true)).map(({ fields }) => String(fields.certificate));
  const key = transcriptKeyOf(draft);
  return [
    step("roll-call", {}), ...[...draft.used.keys()].map((token, i) => step("inspect-token", { token }, i === 0 ? "each token whose keys are used, before anything happens on one" : "")),
    ...draft.keys, ...byDepth(draft.certificates), ...draft.lists, ...draft.bundles,
    ...(cas.length === 0 || draft.made.witnesses.length === 0 ? [] : [step("acknowledge", { by: draft.made.witnesses.filter((id) => draft.held.people.some((person) => person.id === id)), of: cas }, "what others will trust is read back")]),
    step("close", key === null ? {} : { "transcript-key": key }),
  ];
}

/** An issuer of this script stands before what it issues. */
function byDepth(steps: readonly NextStep[]): NextStep[] {
  const made = new Set(steps.map(({ fields }) => fields.certificate));
  const placed: NextStep[] = [];
  const needs = ({ fields }: NextStep): unknown[] => [fields.issuer, fields.existing].filter((name) => name !== undefined && made.has(name));
  const isPlaced = (name: unknown): boolean => placed.some(({ fields }) => fields.certificate === name);
  for (let rest = [...steps]; rest.length > 0; ) {
    const next = rest.find((one) => needs(one).every(isPlaced)) ?? rest[0];
    if (next === undefined) break;
    placed.push(next);
    rest = rest.filter((one) => one !== next);
  }
  return placed;
}

/** The key that seals: that of the last ceremony, or the one that takes its place in this one. */
export function transcriptKeyOf({ held, newKeys, successions, register }: Pick<Draft, "held" | "newKeys" | "successions" | "register">): string | null {
  const key = held.transcriptKey;
  if (key === null) return null;
  const isFollowed = register.certificates.some((one) => one.key === key && successions.get(one.name)?.old.role === "transcript");
  if (isFollowed) return newKeys.get(key) ?? key;
  return register.keys.some((one) => one.key === key && (one.state === "in use" || one.state === "kept")) ? key : null;
}

/** The title of the last ceremony, with the year of this one. */
function nextTitle(title: string, { at, revoked }: Draft): string {
  const own = title.replace(/, (rotation|revocation) [0-9]{4}$/, "");
  return `${own.slice(0, 42)}, ${revoked === null ? "rotation" : "revocation"} ${at.slice(0, 4)}`;
}

function quorumOf({ held: { quorum } }: Draft): object {
  const seats = (thresholds: typeof quorum.seal): string[] => thresholds.map(({ count, role }) => `${count} of ${role}`);
  return { seal: seats(quorum.seal), ...(quorum.effects.length === 0 ? {} : { effects: seats(quorum.effects) }), ...(quorum.approval.length === 0 ? {} : { approval: seats(quorum.approval) }) };
}

function registerOf([first, ...joins]: readonly NamedPack[]): object {
  return { ...first, ...(joins.length === 0 ? {} : { joins }) };
}

function rotationOf({ successions, crls }: Draft): object {
  const successors = Object.fromEntries([...successions.values()].map(({ old, name }) => [name, old.name]));
  return { ...(crls.size === 0 ? {} : { crls: Object.fromEntries(crls) }), ...(successions.size === 0 ? {} : { successors }) };
}

/** Each token with the keys that are used or made on it. */
function tokensOf({ used, keys, made }: Draft): object {
  return Object.fromEntries([...used].map(([token, own]) => {
    const fresh = keys.flatMap(({ kind, fields }) => (kind === "generate-key-pair" && fields.token === token ? [String(fields.key)] : []));
    return [token, { holds: [...own, ...fresh], ...made.tokens[token] }];
  }));
}

/** Names are lists of pairs in the register, and maps in a script. */
function inScript(fields: Fields): object {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, name === "subject" ? fromPairs(value) : name === "constraints" ? constraintsIn(value) : value]));
}

function fromPairs(value: unknown): unknown {
  return Array.isArray(value) ? Object.fromEntries(value as [string, unknown][]) : value;
}

function constraintsIn(value: unknown): unknown {
  const side = (given: object): object => Object.fromEntries(Object.entries(given).map(([form, names]: [string, unknown]) => [form, form === "directory" && Array.isArray(names) ? names.map(fromPairs) : names]));
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([name, given]: [string, unknown]) => [name, typeof given === "object" && given !== null ? side(given) : given])) : value;
}
