import { TAG } from "../bytes/der.ts";
import type { Finding, ScriptPath } from "../fault.ts";
import { escaped, isDisplayable, textProblems } from "./attribute-text.ts";
import { attributeTypeOf } from "./attribute-type.ts";
import { nameAttributes } from "./name-reading.ts";
import type { ReadAttribute } from "./name-reading.ts";

const MOST_ATTRIBUTES = 32;
const LONGEST_UNKNOWN = 256;

/** Old string types that RFC 5280 4.1.2.4 allows to go on; they are shown as text and copied as they are. */
const LEGACY: readonly number[] = [TAG.t61String, TAG.bmpString, TAG.universalString];

/**
 * Everything for which the subject of a request is refused, whatever the profile [REQUEST-SUBJECT].
 * @param subject Name, DER
 * @throws Fault form-der when it is no Name
 */
export function judgeRequestSubject(subject: Uint8Array, path: ScriptPath): Finding[] {
  const attributes = nameAttributes(subject);
  const problems = [
    ...(attributes.length === 0 ? ["expected a subject, found an empty one"] : []),
    ...(attributes.length > MOST_ATTRIBUTES ? [`expected at most ${MOST_ATTRIBUTES} attributes, found ${attributes.length}`] : []),
    ...attributes.flatMap(attributeProblems),
  ];
  return problems.map((message) => ({ control: "REQUEST-SUBJECT", path, message }));
}

function attributeProblems({ oid, tag, text }: ReadAttribute): string[] {
  const type = attributeTypeOf(oid);
  if (text === undefined) return [`${type?.name ?? oid}: expected a text of its type, found something else`];
  if (type === undefined) {
    const isFit = isDisplayable(text) && text.length <= LONGEST_UNKNOWN;
    return isFit ? [] : [`${oid}: expected a text that can be shown, found ${escaped(text)}`];
  }
  const isAllowed = type.tags.includes(tag) || (type.tags.includes(TAG.utf8String) && LEGACY.includes(tag));
  return [...(isAllowed ? [] : [`${type.name}: expected the string type of its standard, found tag ${tag.toString(16).padStart(2, "0")}`]), ...textProblems(type, tag, text)];
}
