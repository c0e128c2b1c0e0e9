import { buildChanged } from '@kangbao/launcher/build.ts'

/** Faults happen to what is shipped: the built programs, as they are now. */
export default async function setup(): Promise<void> {
  await buildChanged({ onBuild: (name) => console.log(`building ${name}`) })
}
