/**
 * The architecture: one table. Which rooms there are, what each may import, and where the names of the world outside may be said.
 * `rooms.test.ts` holds every file of src/ to it; `docs/architecture.md` says it in words.
 */

export interface Room {
  readonly name: string;
  /** Pure: no promise, no clock, no chance, no disk; what it needs of the world it asks for. Shell: the rest. */
  readonly kind: "pure" | "shell";
  /** Files below src/, or folders with a `/` at the end. A file belongs to the row that names it most exactly. */
  readonly files: readonly string[];
  /** Rooms whose code it may use. */
  readonly uses: readonly string[];
  /** Rooms of which it may know the types, and nothing that runs. */
  readonly knows: readonly string[];
}

const CORE = ["bytes", "fault", "controls", "x509", "transcript"] as const;

export const ROOMS: readonly Room[] = [
  { name: "controls", kind: "pure", files: ["controls.ts"], uses: [], knows: [] },
  { name: "fault", kind: "pure", files: ["fault.ts"], uses: [], knows: ["controls"] },
  { name: "bytes", kind: "pure", files: ["bytes/"], uses: ["fault"], knows: [] },
  { name: "x509", kind: "pure", files: ["x509/"], uses: ["bytes", "fault"], knows: ["controls"] },
  { name: "transcript", kind: "pure", files: ["transcript/"], uses: ["bytes", "fault", "x509"], knows: ["controls"] },
  { name: "platforms", kind: "pure", files: ["platforms/"], uses: ["bytes", "fault", "x509"], knows: ["plan"] },
  // what is known of models of tokens
  { name: "tokens", kind: "pure", files: ["tokens/"], uses: ["bytes"], knows: ["x509"] },
  { name: "script", kind: "pure", files: ["script/"], uses: ["bytes", "fault", "platforms", "x509", "transcript"], knows: ["controls"] },
  { name: "plan", kind: "pure", files: ["plan/"], uses: [...CORE, "platforms", "tokens"], knows: ["script", "vocabulary"] },
  // what a request may say: known to whoever answers one
  { name: "vocabulary", kind: "pure", files: ["ceremony/request.ts", "ceremony/exception.ts"], uses: ["fault"], knows: ["bytes", "controls", "transcript", "x509"] },
  { name: "ceremony", kind: "pure", files: ["ceremony/"], uses: [...CORE, "platforms", "plan", "script", "tokens", "vocabulary"], knows: [] },
  {
    name: "pages", kind: "pure",
    files: [
      "acts",
      "answers",
      "backup-pages",
      "batch-pages",
      "briefing",
      "certificate-pages",
      "closing",
      "consequences",
      "desk-pages",
      "escape",
      "history-pages",
      "html",
      "next-pages",
      "pages",
      "places",
      "plan-pages",
      "procedure",
      "procedure-steps",
      "procedure-style",
      "rehearsal-pages",
      "rotation-pages",
      "token-pages",
      "verdict-pages",
      "word-list",
      "words",
    ].map((file) => `console/${file}.ts`),
    uses: ["bytes", "fault", "script", "plan"], knows: ["ceremony", "tokens", "transcript", "people", "rotation"],
  },
  // what the shell may ask of people, whoever answers
  { name: "people", kind: "shell", files: ["console/people.ts"], uses: [], knows: ["fault", "transcript", "vocabulary"] },
  { name: "preflight", kind: "pure", files: ["preflight/"], uses: [], knows: ["fault", "controls"] },
  { name: "secret", kind: "shell", files: ["console/secret.ts"], uses: ["fault"], knows: [] },
  // the secret that wraps a key, and its shares
  { name: "custody", kind: "shell", files: ["custody/"], uses: ["bytes", "fault"], knows: ["people", "vocabulary"] },
  { name: "console", kind: "shell", files: ["console/"], uses: ["bytes", "fault", "pages", "people", "secret"], knows: ["transcript", "vocabulary"] },
  { name: "files", kind: "shell", files: ["room/disk.ts", "room/files.ts", "room/growing-file.ts", "room/listing.ts", "room/medium.ts", "room/settle.ts", "room/throw-away-folder.ts"], uses: ["bytes", "fault"], knows: [] },
  { name: "room", kind: "shell", files: ["room/"], uses: ["bytes", "fault", "ceremony", "transcript", "files", "people", "x509"], knows: ["plan", "vocabulary", "preflight"] },
  { name: "hsm", kind: "shell", files: ["hsm/"], uses: ["bytes", "fault", "x509", "files", "tokens"], knows: ["secret", "transcript", "vocabulary"] },
  // what a register leaves to be done, on another machine, years later
  { name: "rotation", kind: "pure", files: ["rotation/"], uses: ["bytes", "fault", "platforms", "plan", "script", "transcript", "x509"], knows: [] },
  {
    name: "commands", kind: "shell", files: ["commands/"],
    uses: ["bytes", "fault", "script", "ceremony", "transcript", "pages", "people", "console", "custody", "files", "room", "hsm", "plan", "preflight", "report", "rotation", "tokens"], knows: ["vocabulary", "x509"],
  },
  { name: "report", kind: "pure", files: ["report/"], uses: [...CORE, "plan", "pages"], knows: ["ceremony", "vocabulary"] },
  // what runs in a browser: it awaits WebCrypto, and knows the document that it stands in
  { name: "page", kind: "shell", files: ["report/page/"], uses: ["bytes", "fault", "ceremony", "pages", "report", "transcript", "x509"], knows: [] },
  { name: "main", kind: "shell", files: ["main.ts", "main-beginning.ts", "main-running.ts", "replay-main.ts"], uses: ["commands", "fault", "room"], knows: [] },
];

/** Something that not everybody may name, and the files and folders that may. */
export interface Reserved {
  readonly name: string;
  /** Of a package, only these names; all of it where none are given. */
  readonly only?: readonly string[];
  readonly in: readonly string[];
}

/** Every package that src/ imports, and who may. */
export const PACKAGES: readonly Reserved[] = [
  { name: "graphene-pk11", in: ["hsm/"] },
  { name: "inquirer", in: ["console/prompts.ts"] },
  { name: "shamir-secret-sharing", in: ["custody/sharing.ts"] },
  { name: "qrcode-terminal", in: ["console/qr.ts"] },
  // the second reading: what builds is our own, and replay loads none of these
  { name: "@peculiar/asn1-schema", in: ["x509/second-reading.ts"] },
  { name: "@peculiar/asn1-x509", in: ["x509/second-reading.ts"] },
  { name: "@peculiar/asn1-csr", in: ["x509/second-reading.ts"] },
  { name: "asn1js", in: ["x509/library-layout.ts"] },
  { name: "@noble/hashes", in: ["report/page/digest.ts"] },
  { name: "canonicalize", in: ["bytes/canonical.ts"] },
  { name: "temporal-polyfill", in: ["plan/validity.ts", "rotation/calendar.ts"] },
  { name: "ical-generator", in: ["rotation/calendar.ts"] },
  { name: "yaml", in: ["script/"] },
  {
    name: "zod", in: [
      "report/page/jitless.ts",
      "script/",
      "rotation/known.ts",
      "transcript/held-ceremony.ts",
      "transcript/rotation-made.ts",
      "transcript/rotation-policy.ts",
      "transcript/entry.ts",
      "transcript/observation.ts",
      "transcript/chain.ts",
      "transcript/register.ts",
      "transcript/previous-plan.ts",
      "transcript/rehearsal.ts",
      "console/answers.ts",
    ],
  },
  { name: "commander", in: ["main.ts", "main-beginning.ts", "main-running.ts", "replay-main.ts"] },
  { name: "node:child_process", only: ["spawn", "ChildProcess"], in: ["room/processes.ts"] },
  // a program of our own, and no other
  { name: "node:child_process", only: ["fork", "ChildProcess"], in: ["room/pool.ts"] },
  { name: "node:crypto", only: ["createHash", "hkdfSync"], in: ["bytes/digest.ts"] },
  { name: "node:crypto", only: ["constants", "createPublicKey", "verify", "KeyObject"], in: ["room/claims.ts"] },
  { name: "node:crypto", only: ["randomBytes"], in: ["room/clock.ts", "room/ceremony-room.ts", "commands/session.ts", "commands/throw-away-tokens.ts", "commands/timestamp.ts", "commands/token-probe.ts", "commands/init.ts"] },
  { name: "node:crypto", only: ["randomInt"], in: ["console/terminal.ts", "console/host-questions.ts"] },
  { name: "node:fs", in: ["room/disk.ts", "room/medium.ts", "room/throw-away-folder.ts", "room/host-facts.ts", "console/gone-terminal.ts", "console/pin.ts", "console/share-files.ts"] },
  { name: "node:inspector", only: ["url"], in: ["room/host-facts.ts"] },
  { name: "node:net", in: ["room/lock.ts"] },
  { name: "node:os", only: ["availableParallelism"], in: ["room/pool.ts"] },
  { name: "node:os", only: ["tmpdir"], in: ["room/throw-away-folder.ts"] },
  { name: "node:path", in: ["room/", "commands/", "console/share-files.ts", "hsm/module.ts"] },
  { name: "node:url", in: ["room/package-digest.ts", "room/pool.ts"] },
  { name: "node:zlib", only: ["gunzipSync"], in: ["bytes/gunzip.ts"] },
  { name: "node:util", in: ["console/secret.ts"] },
];

/** Names that nothing in the language declares, or that let the world in; everybody else asks for what they give. */
export const GLOBALS: readonly Reserved[] = [
  { name: "Buffer", in: ["hsm/", "room/claims.ts", "room/processes.ts", "console/pin.ts"] },
  { name: "Date", in: ["room/clock.ts", "room/host-facts.ts", "console/terminal.ts"] },
  { name: "NodeJS", in: ["console/terminal-kind.ts"] },
  { name: "process", in: ["main.ts", "replay-main.ts", "commands/output.ts", "console/animation.ts", "console/gone-terminal.ts", "console/pin.ts", "console/plain-line.ts", "console/prompts.ts", "console/terminal.ts", "hsm/environment.ts", "room/claim-checker.ts", "room/clock.ts", "room/host-facts.ts", "room/this-machine.ts"] },
  { name: "performance", in: ["console/watch.ts", "hsm/generate-key-pair.ts", "report/page/recheck.ts"] },
  { name: "AbortController", in: ["console/gone-terminal.ts", "console/watch.ts"] },
  { name: "AbortSignal", in: ["console/watch.ts"] },
  { name: "ReturnType", in: ["console/watch.ts"] },
  { name: "setTimeout", in: ["console/animation.ts", "console/watch.ts", "report/page/recheck.ts"] },
  { name: "clearTimeout", in: ["console/watch.ts"] },
  { name: "crypto", in: ["report/page/claims.ts", "report/page/main.ts"] },
  { name: "setInterval", in: ["hsm/generate-key-pair.ts"] },
  { name: "clearInterval", in: ["hsm/generate-key-pair.ts"] },
  { name: "setImmediate", in: ["room/checking.ts"] },
  { name: "TextDecoder", in: ["bytes/text.ts", "x509/", "script/yaml-text.ts"] },
  { name: "TextEncoder", in: ["bytes/text.ts"] },
  { name: "atob", in: ["bytes/pem.ts"] },
  { name: "btoa", in: ["bytes/pem.ts"] },
  { name: "import.meta", in: ["room/package-digest.ts", "room/pool.ts"] },
  // a PIN: console makes it, hsm spends it, nobody else can say its name
  { name: "Secret", in: ["console/pin.ts", "console/secret.ts", "hsm/"] },
];

/** What a browser gives to the page's program: the document that it stands in, files, faults. Elsewhere these are plain words. */
export const BROWSER: readonly Reserved[] = [
  { name: "DOMException", in: ["report/page/claims.ts"] },
  { name: "document", in: ["report/page/main.ts", "report/page/record.ts", "report/page/show.ts"] },
  ...["addEventListener", "decodeURIComponent", "location", "HTMLDetailsElement", "HTMLTextAreaElement"].map((name) => ({ name, in: ["report/page/main.ts"] })),
  { name: "HTMLInputElement", in: ["report/page/main.ts", "report/page/record.ts"] },
  { name: "HTMLElement", in: ["report/page/show.ts"] },
  ...["AsyncIterable", "DataTransfer", "DataTransferItem", "File", "FileSystemEntry", "FileSystemFileEntry", "FileSystemDirectoryEntry"].map((name) => ({ name, in: ["report/page/record.ts"] })),
];

/** What the language itself gives to every room: values and types that read no clock, no chance, no place. */
export const LANGUAGE: ReadonlySet<string> = new Set([
  "Array", "ArrayBuffer", "BigInt", "Boolean", "DataView", "Error", "JSON", "Map", "Math", "Number", "Object", "RangeError", "RegExp", "Set", "String", "Symbol", "Uint8Array", "undefined",
  "Awaited", "Exclude", "Extract", "Generator", "Iterable", "IteratorResult", "NonNullable", "Omit", "Partial", "Pick", "Readonly", "ReadonlyMap", "ReadonlySet", "Record", "ReturnType", "TemplateStringsArray",
]);

/** Names of members that let chance, clock or locale into a pure room, whatever they are members of. */
export const WORLDLY_MEMBERS = /^(random|now|toLocale\w*|localeCompare|then|catch|finally|\w+Async|verify)$/;

/** The row that names a file most exactly; null when there is none. */
export function roomOf(path: string): Room | null {
  const exactness = (room: Room): number => Math.max(0, ...room.files.filter((place) => covers(place, path)).map((place) => place.length));
  const best = ROOMS.reduce((a, b) => (exactness(b) > exactness(a) ? b : a));
  return exactness(best) === 0 ? null : best;
}

/** Whether a file is meant by a file or folder of the table. */
export function covers(place: string, path: string): boolean {
  return place.endsWith("/") ? path.startsWith(place) : path === place;
}
