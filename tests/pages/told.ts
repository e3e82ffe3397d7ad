// The scripts' own tellers of states, as a servant: JSON in, what they say out.

import { readFileSync } from "node:fs";

import { ended } from "../../frontend/page/receive/told.ts";
import { log, told } from "../../frontend/page/stub/told.ts";

const { receipts, ends } = JSON.parse(readFileSync(0, "utf8"));
console.log(
  JSON.stringify({
    receipts: receipts.map((receipt: Parameters<typeof told>[0]) => ({ ...told(receipt), log: log(receipt) })),
    ends: ends.map(ended),
  }),
);
