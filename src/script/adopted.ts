/** The step `adopt` stands for the steps that would have made what it takes over. */
import type { Step, StepOf } from "./step-schema.ts";

/** As steps that made a key, the CA's certificate and what the CA issued; each stands where `adopt` stands. */
export function stepsOfAdopted({ path, key, token, backup, certificate, profile = "", issued = [] }: StepOf<"adopt">): Step[] {
  const valid = { for: "P1D" };
  return [
    { kind: "generate-key-pair", path, key, token, algorithm: "ecdsa-p256", backup },
    { kind: "issue-root", path, certificate, key, profile, valid },
    ...issued.map((one): Step => ({ kind: "sign-request", path, request: { file: one.file, field: null }, certificate: one.certificate, issuer: certificate, profile: "", valid })),
  ];
}
