/** What later configurations depend on: keys and CA certificates, made by an earlier configuration or in an earlier ceremony. */
import type { Mechanism } from "../../x509/algorithm.ts";
import type { Subject } from "./words.ts";

export interface KnownKey {
  readonly name: string;
  readonly token: string;
  /** What it signs with; null where no configuration has said so yet. */
  readonly signature: Mechanism | null;
}

export interface KnownCertificate {
  readonly name: string;
  /** The key behind it; null when it is nobody's here. */
  readonly key: string | null;
  readonly subject: Subject;
  /** keyUsage in boulder's words. */
  readonly usages: readonly string[];
  /** Whether it has an extended key usage. */
  readonly hasPurposes: boolean;
}
