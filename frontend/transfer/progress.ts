// How much of a blob is through, said ten times a second at most, and never less than before.

import type { Report } from "../messages.ts";

const EVERY_MS = 100;

export class Progress {
  private readonly parts = new Map<number, number>();
  private doneBytes = 0;
  private saidAt = 0;

  constructor(
    private readonly allBytes: number,
    private readonly say: (report: Report) => void,
  ) {
    this.report();
  }

  /** Part *n* has sent so many bytes; a repeated part begins again, the whole does not go back. */
  part(n: number, sentBytes: number): void {
    this.parts.set(n, sentBytes);
    this.reached([...this.parts.values()].reduce((sum, bytes) => sum + bytes, 0));
  }

  reached(bytes: number): void {
    if (bytes <= this.doneBytes) return;
    this.doneBytes = bytes;
    if (bytes === this.allBytes || performance.now() - this.saidAt >= EVERY_MS) this.report();
  }

  private report(): void {
    this.saidAt = performance.now();
    this.say({ report: "progress", doneBytes: this.doneBytes, allBytes: this.allBytes });
  }
}
