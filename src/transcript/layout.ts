/** Where things lie in a record's folder. */
export const LAYOUT = {
  script: "script.yaml",
  station: "station.yaml",
  plan: "plan.json",
  inputs: "inputs",
  transcript: "transcript.jsonl",
  artifacts: "artifacts",
  evidence: "evidence",
  torn: "torn",
  approvals: "approvals",
  holds: "holds",
  manifest: "SHA256SUMS",
  seal: "seal.txt",
  signatures: "signatures",
  allowedSigners: "signatures/allowed_signers",
  tokenSignature: "signatures/transcript-key.p7s",
  addenda: "addenda",
} as const;

/** Whether the manifest lists a path: everything but itself, the transcript, the seal, signatures and addenda. */
export function isManifested(path: string): boolean {
  if (path === LAYOUT.manifest || path === LAYOUT.transcript || path === LAYOUT.seal) return false;
  return !path.startsWith(`${LAYOUT.signatures}/`) && !path.startsWith(`${LAYOUT.addenda}/`);
}
