/** Storage of one app in one org: its names cannot reach another app's, nor the host's own. */
export function appStorage(
  corpId: string,
  appId: number,
): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const nameOf = (name: string) => `kangbao:app:${corpId}:${String(appId)}:${name}`
  return {
    getItem: (name) => localStorage.getItem(nameOf(name)),
    setItem: (name, value) => localStorage.setItem(nameOf(name), value),
    removeItem: (name) => localStorage.removeItem(nameOf(name)),
  }
}
