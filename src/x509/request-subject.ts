import { TAG } from "../bytes/der.ts";
import { escaped, isDisplayable, textProblems } from "./attribute-text.ts";
import { attributeTypeOf } from "./attribute-type.ts";
import { nameAttributes } from "./name-reading.ts";
import type { ReadAttribute } from "./name-reading.ts";
import type { RequestProblem } from "./request-finding.ts";

const MOST_ATTRIBUTES = 32;
const LONGEST_UNKNOWN = 256;

/** Old string types that RFC 5280 4.1.2.4 allows to go on; they are shown as text and copied as they are. */
const LEGACY: readonly number[] = [TAG.t61String, TAG.bmpString, TAG.universalString];

/**
 * Everything for which the subject of a request is refused, whatever the profile [REQUEST-SUBJECT].
 * @param subject Name, DER
 * @throws Fault form-der when it is no Name
 */
export function requestSubjectProblems(subject: Uint8Array): RequestProblem[] {
  const attributes = nameAttributes(subject);
  return [
    ...problems("request-subject-empty", attributes.length === 0, "expected a subject, found an empty one"),
    ...problems("request-subject-count", attributes.length > MOST_ATTRIBUTES, `expected at most ${MOST_ATTRIBUTES} attributes, found ${attributes.length}`),
    ...attributes.flatMap(attributeProblems),
  ];
}

function problems(code: RequestProblem["code"], isWrong: boolean, message: string): RequestProblem[] {
  return isWrong ? [{ code, message }] : [];
}

function attributeProblems({ oid, tag, text }: ReadAttribute): RequestProblem[] {
  const type = attributeTypeOf(oid);
  if (text === undefined) return problems("request-subject-value", true, `${type?.name ?? oid}: expected a text of its type, found something else`);
  if (type === undefined) return unknownProblems(oid, text);
  const isAllowed = type.tags.includes(tag) || (type.tags.includes(TAG.utf8String) && LEGACY.includes(tag));
  return [
    ...problems("request-subject-type", !isAllowed, `${type.name}: expected the string type of its standard, found tag ${tag.toString(16).padStart(2, "0")}`),
    ...textProblems(type, tag, text).map((problem) => ({ code: `request-subject-${problem.kind}` as const, message: problem.text })),
  ];
}

function unknownProblems(oid: string, text: string): RequestProblem[] {
  return [
    ...problems("request-subject-characters", !isDisplayable(text), `${oid}: expected a text that can be shown, found ${escaped(text)}`),
    ...problems("request-subject-length", text.length > LONGEST_UNKNOWN, `${oid}: expected at most ${LONGEST_UNKNOWN} characters, found ${text.length}`),
  ];
}
