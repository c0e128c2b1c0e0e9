/**
 * One step more than it takes: what the page of a tablet is made of is listed here, and not in the entry that every phone
 * loads.
 */
export async function openKiosk(): Promise<void> {
  const { startKiosk } = await import('./start.ts')
  await startKiosk()
}
