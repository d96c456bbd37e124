/** A script as YAML: what a program has put together, with the reason of each part above it, for people who review it. */
import { Document, isMap, isScalar, isSeq, visit, type Node, type YAMLMap } from "yaml";

/** A member of a script or a step of it, and what is said above it. */
export interface WrittenMember {
  readonly name: string;
  readonly value: unknown;
  readonly why?: string;
}

/** Longer ones stand on several lines. */
const ONE_LINE = 110;
/** What no reader of YAML takes for anything but a text. */
const PLAIN = /^(?!(y|n|yes|no|on|off|true|false|null)$)(?![0-9a-f]{20,}$)([0-9]+ of )?[A-Za-z][A-Za-z0-9]*([ ./-][A-Za-z0-9]+)*$/i;

/**
 * The text of a script, UTF-8, LF.
 * @param head lines of comment before the first member
 */
export function writtenScript(head: readonly string[], members: readonly WrittenMember[], steps: readonly WrittenMember[]): string {
  const document = new Document(Object.fromEntries(members.map(({ name, value }) => [name, value])));
  document.set("steps", document.createNode(steps.map(({ name, value }) => ({ [name]: value }))));
  document.commentBefore = head.map((line) => ` ${line}`).join("\n");
  const { contents } = document;
  if (!isMap(contents)) throw new Error("a script is a map");
  for (const pair of contents.items) {
    if (!isScalar(pair.key)) continue;
    const { key } = pair;
    const member = members.find(({ name }) => name === key.value);
    if (member?.why !== undefined) key.commentBefore = ` ${member.why}`;
    key.spaceBefore = member === undefined || member.why !== undefined || typeof member.value === "object";
    if (member !== undefined) flowed(pair.value as Node | null, 0);
  }
  writeSteps(document, steps);
  visit(document, { Scalar: (_key, node) => { if (typeof node.value === "string" && !PLAIN.test(node.value)) node.type = "QUOTE_DOUBLE"; } });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function writeSteps(document: Document, steps: readonly WrittenMember[]): void {
  const list = document.get("steps");
  if (!isSeq(list)) return;
  for (const [i, item] of list.items.entries()) {
    if (!isMap(item)) continue;
    const why = steps[i]?.why;
    if (why !== undefined) item.commentBefore = ` ${why}`;
    item.spaceBefore = why !== undefined;
    flowed(item.items[0]?.value as Node | null, 1);
  }
}

/** What fits goes on one line; of a longer map each member by itself. */
function flowed(node: Node | null, depth: number): void {
  if (!isMap(node) && !isSeq(node)) return;
  const isShort = JSON.stringify(node.toJSON()).length <= ONE_LINE;
  // the people, tokens and rotation of a script read as tables
  if (isShort && (depth > 0 || isSeq(node) || node.items.length <= 1)) node.flow = true;
  else if (isMap(node)) for (const { value } of (node as YAMLMap<unknown, Node | null>).items) flowed(value, depth + 1);
}
