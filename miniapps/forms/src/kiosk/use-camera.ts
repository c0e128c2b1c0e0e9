import { onScopeDispose, ref, type Ref } from 'vue'

export type CameraState = 'starting' | 'on' | 'denied' | 'missing'

/** Shows the camera on the side of the screen in a video element; it is off as soon as the component is gone. */
export function useCamera(video: Readonly<Ref<HTMLVideoElement | null>>) {
  const state = ref<CameraState>('starting')
  let stream: MediaStream | undefined
  let isOver = false

  function stop(): void {
    isOver = true
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
  async function start(): Promise<void> {
    // Browsers give the camera to secure pages only.
    if (!window.isSecureContext || !('mediaDevices' in navigator)) return void (state.value = 'missing')
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user' } })
      if (isOver || !video.value) return stop()
      video.value.srcObject = stream
      await video.value.play()
      state.value = 'on'
    } catch (error) {
      const isDenied =
        error instanceof DOMException && ['NotAllowedError', 'SecurityError'].includes(error.name)
      state.value = isDenied ? 'denied' : 'missing'
    }
  }
  onScopeDispose(stop)
  return { state, start, stop }
}
