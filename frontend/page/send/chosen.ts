// What was chosen to go: single files, and folders with all that is in them.

import type { Chosen } from "../../messages.ts";

/** One row: a file, or a folder (its name ends with "/"). */
export interface Entry {
  name: string;
  files: Chosen[];
  isFolder: boolean;
}

export function bytesOf(files: Chosen[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}

/** Files as a file field gives them: those of a folder know their path and become one row. */
export function entriesOf(files: Iterable<File>): Entry[] {
  const folders = new Map<string, Entry>();
  const entries: Entry[] = [];
  for (const file of files) {
    const path = file.webkitRelativePath || file.name;
    const [top] = path.split("/");
    if (!path.includes("/")) {
      entries.push({ name: path, files: [{ file, path }], isFolder: false });
      continue;
    }
    const name = `${top}/`;
    const folder = folders.get(name) ?? { name, files: [], isFolder: true };
    if (!folders.has(name)) entries.push(folder);
    folders.set(name, folder);
    folder.files.push({ file, path });
  }
  return entries;
}

/** What was dropped. No more than *most* files are looked for: who drops a whole disk learns it at once. */
export async function entriesDropped(data: DataTransfer, most: number): Promise<Entry[]> {
  // The list of items is empty after the first pause, so all are taken before it.
  const tops = [...data.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry != null);
  if (!tops.length) return entriesOf(data.files);
  const entries: Entry[] = [];
  for (const top of tops) {
    const files: Chosen[] = [];
    await collect(top, top.name, files, most);
    if (files.length) entries.push({ name: top.isDirectory ? `${top.name}/` : top.name, files, isFolder: top.isDirectory });
  }
  return entries;
}

async function collect(entry: FileSystemEntry, path: string, into: Chosen[], most: number): Promise<void> {
  if (into.length > most) return;
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    into.push({ file, path });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return;
    for (const one of some) await collect(one, `${path}/${one.name}`, into, most);
  }
}
