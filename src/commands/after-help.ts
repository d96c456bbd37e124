/** What stands below the list of commands. */
export const AFTER_HELP = `
A ceremony, in order:
  anchorite check script.yaml
  anchorite rehearse script.yaml --record rehearsal
  anchorite run script.yaml --record record --station station.yaml
  anchorite seal record --as alice --key alice_key
  anchorite replay record --roster roster

Exit codes: 0 done; reproduced, authentic and pinned · 1 a bug · 2 usage, or no terminal · 3 refused, or different (diff) · 4 token
  5 stopped before any effect · 6 incomplete or diverged · 7 not authentic · 8 ended with exceptions · 9 pinned to nothing
  10 something is due (rotation status --exit-code)`;
