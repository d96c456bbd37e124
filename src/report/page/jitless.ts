/** First of all: the schemas would otherwise try to make programs of texts, which the page's own policy forbids, and browsers report that. */
import { config } from "zod";

config({ jitless: true });
