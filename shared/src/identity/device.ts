/** In this order: a browser names those it descends from as well. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/DingTalk/i, 'DingTalk'],
  [/MicroMessenger/i, 'WeChat'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/HarmonyOS|OpenHarmony/i, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad|iPod/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Macintosh|Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux'],
]

/**
 * What a person knows his device by, `Chrome · Windows`; null when the browser tells nothing we know. No version and no
 * model: they would tell people apart.
 */
export function deviceOf(userAgent: string | undefined): string | null {
  const text = (userAgent ?? '').slice(0, 512)
  const known = [browsers, systems].map((kinds) => kinds.find(([sign]) => sign.test(text))?.[1])
  const named = known.filter((name) => name !== undefined)
  return named.length > 0 ? named.join(' · ') : null
}
