import { computed, type Ref } from 'vue'
import type { Completeness } from '@kangbao/shared/contracts/completeness.ts'
import type { Told } from '@kangbao/shared/statistics/small-numbers.ts'
import { useChartTokens } from '../kit/charts/use-chart-tokens.ts'
import { useTexts } from '../kit/texts.ts'

type TrendDay = Pick<Completeness, 'period' | 'expected' | 'collected' | 'missing'> & {
  /** Null where it is hidden. */
  readonly abnormal: Told
}

/** Collected and missing stacked to what was expected, abnormal as a line on its own scale. */
export function useTrendChart(days: Ref<readonly TrendDay[]>) {
  const tokens = useChartTokens()
  const { t } = useTexts()

  return computed(() => {
    const { ok, idle, danger, line, faint, text, surface, strong } = tokens.value
    const axis = {
      axisLabel: { color: faint },
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
    }
    const bar = { type: 'bar', stack: 'expected', barMaxWidth: 18 }
    return {
      aria: { enabled: true },
      color: [ok, idle, danger],
      grid: { left: 4, right: 4, top: 40, bottom: 4, containLabel: true },
      legend: { top: 0, right: 0, textStyle: { color: text }, itemWidth: 10, itemHeight: 10 },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        backgroundColor: surface,
        borderColor: line,
        textStyle: { color: strong },
        confine: true,
      },
      xAxis: { type: 'category', data: days.value.map(({ period }) => period.slice(5)), ...axis },
      yAxis: [
        {
          type: 'value',
          minInterval: 1,
          splitLine: { lineStyle: { color: line } },
          axisLabel: { color: faint },
        },
        { type: 'value', minInterval: 1, splitLine: { show: false }, axisLabel: { color: danger } },
      ],
      series: [
        { ...bar, name: t('state.collected'), data: days.value.map(({ collected }) => collected) },
        { ...bar, name: t('state.missing'), data: days.value.map(({ missing }) => missing) },
        {
          name: t('state.abnormal'),
          type: 'line',
          yAxisIndex: 1,
          symbolSize: 6,
          // A day on which nobody was asked has no number, not the number zero.
          data: days.value.map(({ abnormal, expected }) => (expected > 0 ? abnormal : null)),
        },
      ],
    }
  })
}
