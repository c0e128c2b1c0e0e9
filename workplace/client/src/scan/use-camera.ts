import { onScopeDispose, ref, type Ref } from 'vue'
import { decode, type CodeKinds } from './decoder.ts'

const pauseMs = 200

export type CameraState = 'off' | 'starting' | 'on' | 'denied' | 'busy' | 'missing'

/** Why there is no picture, by the browser's name of the failure. */
const failures: Readonly<Record<string, CameraState>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  // Another program or tab has it.
  NotReadableError: 'busy',
  AbortError: 'busy',
}

/** Browsers give the camera to secure pages only: over plain http on the network there is none. */
const hasCamera = () => window.isSecureContext && 'mediaDevices' in navigator

/** Shows the rear camera in a video element and reports the first code it sees. */
export function useCamera(
  video: Readonly<Ref<HTMLVideoElement | null>>,
  kinds: CodeKinds,
  onCode: (text: string) => void,
) {
  const state = ref<CameraState>('off')
  let stream: MediaStream | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function stop() {
    clearTimeout(timer)
    for (const track of stream?.getTracks() ?? []) track.stop()
    stream = undefined
    state.value = 'off'
  }

  async function look() {
    if (state.value !== 'on' || !video.value) return
    const text = await decode(video.value, kinds).catch(() => undefined)
    if (text === undefined) timer = setTimeout(() => void look(), pauseMs)
    else {
      stop()
      onCode(text)
    }
  }

  async function start() {
    if (!hasCamera()) {
      state.value = 'missing'
      return
    }
    state.value = 'starting'
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      if (!video.value) return stop()
      video.value.srcObject = stream
      await video.value.play()
      state.value = 'on'
      await look()
    } catch (error) {
      stop()
      state.value = (error instanceof DOMException && failures[error.name]) || 'missing'
    }
  }

  onScopeDispose(stop)
  return { state, start, stop }
}
