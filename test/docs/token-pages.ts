/** docs/tokens: a page for each token profile, and the table of them, made from the data. */
import type { AcceptedWord, Fact, TokenProfile } from "../../src/tokens/profile.ts";
import { TOKEN_PROFILES } from "../../src/tokens/profiles.ts";

/** Paths below docs/tokens and what stands in each. */
export function tokenPages(): ReadonlyMap<string, string> {
  return new Map([["README.md", overview()], ...TOKEN_PROFILES.map((profile) => [`${profile.name}.md`, pageOf(profile)] as const)]);
}

function overview(): string {
  const rows = TOKEN_PROFILES.map(({ name, version, title, models, keysIn, tried }) => `| [\`${name}\`](${name}.md) | ${version} | ${title} | ${models.map(modelText).join("; ")} | ${keysIn} | ${tried === null ? "not tried" : `tried: ${tried}`} |`);
  return `# Token profiles

A token profile is what is known of a model of tokens: the words that such a token says of a key though they differ from what was asked for, the keys that it makes, its limits, and where each fact is from. A script names one by \`profile\` below a token:

\`\`\`yaml
tokens:
  vault: { holds: [root], profile: nss-softokn }
\`\`\`

An attribute that a token does not report, or reports otherwise, passes only when the profile names it [TOKEN-PROFILE]; \`check\` prints each such word and why it is taken, and the plan holds it. A ceremony compares manufacturer and model of the token with the profile. Without \`profile\` nothing is excused, but what two people [waive](../script.md#waivers) by name. A profile whose words change gets a new version, and an old plan keeps those that it holds.

"Not tried" means that nobody has run a ceremony of this version on that model: what is said is from its vendor's pages, and nothing is excused that they do not say. Run \`anchorite token probe\` on the device itself before the day ([token-probe.md](../token-probe.md)).

| profile | version | token | manufacturer and model, as CK_TOKEN_INFO says | keys in | |
|---|---|---|---|---|---|
${rows.join("\n")}

These pages are made from \`src/tokens/\` by \`node build/test/docs/write-tokens.js\`, and a test compares them.
`;
}

function pageOf(profile: TokenProfile): string {
  const { name, version, title, models, keysIn, tried, algorithms, unsigned, limits, pinLock, backup } = profile;
  return `# ${title}

**${tried === null ? "Not tried." : `Tried: ${tried}.`}** ${tried === null ? "What follows is from its vendor's pages." : "What is marked as tried was seen there."}

| | |
|---|---|
| profile | \`${name}\`, version ${version} |
| manufacturer and model | ${models.map(modelText).join("; ")} |
| keys in | ${keysIn}${keysIn === "software" ? ": never accepted for production" : ""} |
| key algorithms | ${algorithms === null ? "not known well enough to refuse one" : algorithms.join(", ")} |
| signatures that it does not make | ${unsigned.join(", ") || "none known"} |
| longest CKA_ID and CKA_LABEL | ${octets(limits.id)}; ${octets(limits.label)} |
| user PIN | ${limits.pin === null ? "not known" : `${limits.pin[0]} to ${limits.pin[1]} octets`} |
| two key pairs with one CKA_ID | ${limits.sameId} |
| wrong PINs | ${pinLock} |
| backup | ${backup} |

## Words that are taken

${profile.words.length === 0 ? "None: every attribute that is judged has to read back as planned." : `| half | attribute | it says | why it is taken |\n|---|---|---|---|\n${profile.words.map(wordRow).join("\n")}`}

## Before a ceremony

${profile.setUp.map((line) => `- ${line}`).join("\n")}

## Facts

${profile.facts.map(factLine).join("\n")}
`;
}

function modelText({ manufacturer, model }: TokenProfile["models"][number]): string {
  return `\`${manufacturer}\`, \`${model}\``;
}

function octets(count: number | null): string {
  return count === null ? "not known" : `${count} octets`;
}

function wordRow({ half, attribute, says, family, why }: AcceptedWord): string {
  return `| ${half}${family === undefined ? "" : `, ${family}`} | ${attribute} | ${String(says)} | ${why} |`;
}

function factLine({ text, source }: Fact): string {
  return `- ${text} (${source === "tried" ? "tried" : `<${source}>`})`;
}
