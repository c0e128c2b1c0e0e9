import { CancelledError, NotOfferedError, type HostBridge, type Place } from './host-bridge.ts'

const locateTimeoutMs = 10_000

function positionOf(): Promise<Place> {
  return new Promise((resolve, reject) => {
    if (!('geolocation' in navigator)) return reject(new NotOfferedError('geolocation'))
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          latitude: coords.latitude,
          longitude: coords.longitude,
          accuracyM: coords.accuracy,
          system: 'wgs-84',
          province: '',
          city: '',
          district: '',
        }),
      (cause) => reject(new NotOfferedError(cause.message)),
      { timeout: locateTimeoutMs, maximumAge: 120_000 },
    )
  })
}

/** A plain browser: what the web platform offers, and the app's own ways for the rest. */
export function browserBridge(): HostBridge {
  return {
    isHost: false,
    requestAuthCode: () => Promise.reject(new NotOfferedError('requestAuthCode')),
    setTitle(title) {
      document.title = title
    },
    pickAudience: () => Promise.reject(new NotOfferedError('complexPicker')),
    createDing: () => Promise.reject(new NotOfferedError('ding.create')),
    async share({ url, title, text }) {
      if (!('share' in navigator)) throw new NotOfferedError('share')
      try {
        await navigator.share({ url, title, text })
      } catch (cause) {
        const cancelled = cause instanceof DOMException && cause.name === 'AbortError'
        throw cancelled ? new CancelledError('share', { cause }) : new NotOfferedError('share', { cause })
      }
    },
    locate: positionOf,
  }
}
