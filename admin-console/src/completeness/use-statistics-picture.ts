import type { Form } from '@kangbao/shared/contracts/forms.ts'
import { useDepartmentNames } from '../directory/use-department-names.ts'
import { useChartTokens } from '../kit/charts/use-chart-tokens.ts'
import { saveFile } from '../kit/save-file.ts'
import { useTexts } from '../kit/texts.ts'
import { useAction } from '../kit/use-action.ts'
import { useTimes } from '../kit/use-times.ts'
import { useSession } from '../sessions/session-store.ts'
import { computed } from 'vue'
import { barsAtOnce, barsInOrder } from '@kangbao/shared/statistics/long-lists.ts'
import type { FacetGroup } from './facet-groups.ts'
import type { StatisticsFilter } from './statistics-filter.ts'
import { drawPicture, type Picture } from './statistics-picture.ts'
import { toldStatistics, type Statistics } from './told-questions.ts'

interface About {
  readonly form: Form
  readonly statistics: Statistics | undefined
  readonly groups: readonly FacetGroup[]
  readonly filter: StatisticsFilter
  readonly labels: readonly string[]
}

/** A picture of what the charts show, to be shared with people who may not see people: small numbers are hidden always. */
export function useStatisticsPicture(about: () => About) {
  const session = useSession()
  const { t, local, num } = useTexts()
  const { day, moment } = useTimes()
  const tokens = useChartTokens()
  const departmentId = computed(() => about().filter.departmentId.value)
  const names = useDepartmentNames(
    computed(() => (departmentId.value === undefined ? [] : [departmentId.value])),
  )

  function pictureOf({ form, statistics, groups, filter, labels }: About): Picture | null {
    if (!statistics) return null
    const told = toldStatistics(statistics, groups, { facets: filter.facets.value, isHiding: true })
    const { ok, calm, alarm } = tokens.value
    const range = form.period === 'once' ? null : filter.range.value
    const days = range && [...new Set([range.from, range.to])].map(day).join(' – ')
    const total =
      told.collected === null ? t('statistics.too-few') : t('statistics.total', { n: num(told.collected) })
    const byDay = {
      title: t('statistics.by-day'),
      bars: told.days.map(({ period, count }) => ({ label: period, count, colour: ok })),
    }
    return {
      title: local(form.title),
      lines: [
        [
          session.me?.org?.name,
          departmentId.value === undefined ? '' : names.nameOf(departmentId.value),
          days,
        ]
          .filter(Boolean)
          .join(' · '),
        ...labels,
        total,
      ],
      blocks: [
        ...(told.days.length > 1 ? [byDay] : []),
        ...told.questions.map(({ group, bars }) => ({
          title: [
            group.label ? local(group.label) : '',
            ...(bars.length > barsAtOnce ? [t('statistics.top', { n: barsAtOnce })] : []),
          ].join(' · '),
          bars: barsInOrder(
            group.facets.map(({ label, isAbnormal }, i) => ({
              label: local(label),
              count: bars[i]?.count ?? null,
              colour: (isAbnormal ? alarm[0] : calm[0]) ?? ok,
            })),
          ).slice(0, barsAtOnce),
        })),
      ],
      hidden: t('statistics.hidden'),
      foot: `${t('statistics.hidden-note')} · ${moment(new Date().toISOString())}`,
    }
  }

  const { isRunning, run } = useAction(async () => {
    const picture = pictureOf(about())
    if (!picture) return
    const { surface, strong, text, line } = tokens.value
    saveFile(await drawPicture(picture, { surface, strong, text, line }), `${picture.title}.png`)
  })
  return { isDrawing: isRunning, save: run }
}
