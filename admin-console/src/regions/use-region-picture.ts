import type { RegionRollup } from '@kangbao/shared/contracts/rollups.ts'
import { drawPicture, type Picture } from '../completeness/statistics-picture.ts'
import { useChartTokens } from '../kit/charts/use-chart-tokens.ts'
import { saveFile } from '../kit/save-file.ts'
import { useTexts } from '../kit/texts.ts'
import { useAction } from '../kit/use-action.ts'
import { useTimes } from '../kit/use-times.ts'
import { placesOf, ranked } from './ranked.ts'
import { usePlaceNames } from './region-names.ts'

/** A picture of a region's day to send on: its own numbers and a bar for each region below. Hidden numbers stay hidden. */
export function useRegionPicture(rollup: () => RegionRollup | undefined) {
  const { t, local, num, percent } = useTexts()
  const { day, moment } = useTimes()
  const { nameOf, fullNameOf } = usePlaceNames()
  const tokens = useChartTokens()

  function pictureOf(shown: RegionRollup): Picture {
    const { whole, parts, figures, kind } = shown
    const places = placesOf(shown)
    const { ok, danger, idle } = tokens.value
    const nameOfPart = (code: string) => (code === whole.region ? t('regions.direct-in') : nameOf(code))
    const block = (
      title: string,
      colour: string,
      count: (part: (typeof parts)[number]) => number | null,
    ) => ({
      title,
      hasOwnScale: true,
      // Where nobody has reported there is no number yet.
      bars: parts
        .filter(({ orgsReported }) => orgsReported > 0)
        .map((part) => ({ label: nameOfPart(part.region), count: count(part), colour })),
    })
    const share = percent(whole.figures[places.part] ?? 0, whole.figures[places.of] ?? 0)
    const words = figures.map(({ label }, at) => {
      const figure = whole.figures[at] ?? null
      const text = `${local(label)} ${figure === null ? t('regions.hidden') : num(figure)}`
      return at === places.part ? `${text} (${share})` : text
    })
    const partLabel = figures[places.part]
    const alarmLabel = figures[places.alarm]
    const inOrder = ranked(parts, 'reported', places)
    return {
      title: t('regions.picture-title', { place: fullNameOf(whole.region), kind: t(`regions.${kind}`) }),
      lines: [
        ...(shown.isPerDay ? [day(shown.day)] : []),
        `${t('regions.orgs')} ${num(whole.orgsReported)} / ${num(whole.orgsDue)}`,
        words.join(' · '),
      ],
      blocks:
        parts.length === 0
          ? []
          : [
              {
                title: t('regions.state-missing'),
                hasOwnScale: true,
                bars: inOrder.map(({ region, orgsDue, orgsReported }) => ({
                  label: nameOfPart(region),
                  count: Math.max(0, orgsDue - orgsReported),
                  colour: idle,
                })),
              },
              ...(partLabel
                ? [block(local(partLabel.label), ok, (part) => part.figures[places.part] ?? 0)]
                : []),
              ...(alarmLabel
                ? [block(local(alarmLabel.label), danger, (part) => part.figures[places.alarm] ?? null)]
                : []),
            ],
      hidden: t('regions.hidden'),
      foot: `${t('regions.hidden-note')} · ${moment(new Date().toISOString())}`,
    }
  }

  const { isRunning, run } = useAction(async () => {
    const shown = rollup()
    if (!shown) return
    const { surface, strong, text, line } = tokens.value
    const picture = pictureOf(shown)
    saveFile(await drawPicture(picture, { surface, strong, text, line }), `${picture.title}.png`)
  })
  return { isDrawing: isRunning, save: run }
}
