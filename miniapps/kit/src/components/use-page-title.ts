import { watchEffect } from 'vue'
import { useBridge } from '../host/host-bridge.ts'

/** Keeps the host's title bar in step with the page. */
export function usePageTitle(title: () => string): void {
  const bridge = useBridge()
  watchEffect(() => bridge.setTitle(title()))
}
