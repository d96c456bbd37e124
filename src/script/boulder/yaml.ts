/** Writes values as YAML of the strict kind that scripts are: one line each, texts in quotes. */

/** A word as it is, a number, a text in quotes, a list, a map. */
export type Written = string | number | { readonly text: string } | readonly Written[] | { readonly [field: string]: Written };

/** One line of flow style: `{ key: root, valid: { from: "2020-09-04T00:00:00Z" } }`. */
export function flow(value: Written): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (isText(value)) return JSON.stringify(value.text);
  if (Array.isArray(value)) return `[${value.map((item: Written) => flow(item)).join(", ")}]`;
  const fields = Object.entries(value as Readonly<Record<string, Written>>).map(([name, inner]) => `${name}: ${flow(inner)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function isText(value: Written): value is { readonly text: string } {
  return typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 1 && "text" in value && typeof value.text === "string";
}
