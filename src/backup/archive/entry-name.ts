/** Whether a name is a relative path with `/` that leads nowhere but below the folder it is written to, on any system. */
export function isSafeName(name: string): boolean {
  if (!/^[\w.+@,=-]+(\/[\w.+@,=-]+)*$/.test(name)) return false;
  return name.split('/').every((part) => part !== '.' && part !== '..');
}
