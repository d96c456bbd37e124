import { UNTRIED_DEVICE, type TokenProfile } from "./profile.ts";

/** AWS CloudHSM. Not tried: what is said is from its vendor's pages. */
export const AWS_CLOUDHSM: TokenProfile = {
  name: "aws-cloudhsm",
  version: 1,
  title: "AWS CloudHSM, Client SDK 5",
  models: [{ manufacturer: "Marvell Semiconductors, Inc.", model: "NITROX-III*" }],
  ...UNTRIED_DEVICE,
  backup: "by the vendor: backups of the cluster, restored only in that service",
  setUp: ["the PIN is the name of a crypto user, a colon, and its password", "the cluster is reached over a network: not for a host that is to be dark"],
  facts: [
    { text: "Not every attribute of PKCS#11 is supported; those that are differ by key type and are listed in tables.", source: "https://docs.aws.amazon.com/cloudhsm/latest/userguide/pkcs11-attributes-interpreting.html" },
    { text: "CKA_LOCAL is set by the HSM and read only; CKA_DESTROYABLE is true by default.", source: "https://docs.aws.amazon.com/cloudhsm/latest/userguide/cloudhsm_cli-key-attributes-table.html" },
    { text: "The HSM's vendor and model are named Marvell Semiconductors, Inc. and NITROX-III CNN35XX-NFBE in its own list.", source: "https://docs.aws.amazon.com/cloudhsm/latest/userguide/cloudhsm_cli-cluster-hsm-info.html" },
  ],
};
