// One PUT of bytes that tells how much has left.

/** Nothing moves for so long: the line is taken for lost. */
export const STILL_MS = 60_000;

export type Upload = { signal?: AbortSignal | undefined; onProgress?(sentBytes: number): void };

/** A finished PUT, whatever came of it. Not `fetch`: only XMLHttpRequest tells how much has left already.
 * Raises the signal's reason. */
export function uploaded(
  url: URL,
  headers: Record<string, string>,
  bytes: Uint8Array<ArrayBuffer>,
  { signal, onProgress }: Upload,
  stillMs: number,
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    let still = setTimeout(stop, stillMs);
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      clearTimeout(still);
      still = setTimeout(stop, STILL_MS);
      onProgress?.(event.loaded);
    };
    request.onloadend = () => {
      clearTimeout(still);
      signal?.removeEventListener("abort", stop);
      if (signal?.aborted && !request.status) reject(signal.reason);
      else resolve(request);
    };
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) reject(signal.reason);
    // A Blob leaves this process at once, so that nobody copies it twice on its way.
    else request.send(new Blob([bytes]));
  });
}
