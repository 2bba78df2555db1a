/** What runs, drawn in a terminal: stage, bar, rate, counts, and how to leave. */
import { Box, Text, useInput, useWindowSize } from "ink";
import { useState } from "react";

export interface ProgressProps {
  title: string;
  subtitle: string;
  stage: string;
  fraction: number | null;
  facts: string[];
  counts: [label: string, value: string][];
  notice: string | null;
  /** Said in yellow: the house is away. */
  warning: string | null;
  colour: boolean;
  /** Whether there is a keyboard to listen to. */
  keys: boolean;
  /** What Ctrl-C offers; without `onDetach` there is nothing to leave running. */
  onDetach: (() => void) | null;
  /** Absent where it cannot be stopped from here. */
  onCancel: (() => void) | null;
}

const widest = 100;
const stageWidth = 8;

function Bar({ fraction, columns }: { fraction: number; columns: number }) {
  const full = Math.round(fraction * columns);
  return (
    <Text>
      {"█".repeat(full)}
      <Text dimColor>{"░".repeat(columns - full)}</Text>
    </Text>
  );
}

function Leaving({ onDetach, onCancel }: Pick<ProgressProps, "onDetach" | "onCancel">) {
  const cancel = onCancel ? [onDetach ? "c cancel it" : "c stop"] : [];
  const ways = [...(onDetach ? ["d detach"] : []), ...cancel, "Esc go on"];
  const what = onCancel ? "The import can go on without you." : "The house goes on without you.";
  return (
    <>
      <Text>{onDetach ? what : "Half is sent, nothing has begun."}</Text>
      <Text bold>{ways.join(" · ")}</Text>
    </>
  );
}

/** Ctrl-C asks; a second one takes the way that loses nothing. */
function useLeaving({ keys, onDetach, onCancel }: ProgressProps): boolean {
  const [asking, setAsking] = useState(false);
  useInput(
    (input, key) => {
      const interrupt = key.ctrl && input === "c";
      if (interrupt && !asking) return setAsking(true);
      if (!asking) return;
      const leave = interrupt ? (onDetach ?? onCancel) : undefined;
      const chosen = leave ?? (input === "c" ? onCancel : input === "d" ? onDetach : undefined);
      if (chosen || key.escape) setAsking(false);
      chosen?.();
    },
    { isActive: keys },
  );
  return asking;
}

export function Progress(props: ProgressProps) {
  const { title, subtitle, stage, fraction, facts, counts, notice, warning, colour } = props;
  const asking = useLeaving(props);
  const columns = Math.max(20, Math.min(useWindowSize().columns, widest) - 1);
  const tint = (name: string) => (colour ? { color: name } : {});
  return (
    <Box flexDirection="column" width={columns}>
      <Text wrap="truncate-middle">
        <Text bold>{title}</Text> <Text dimColor={colour}>{subtitle}</Text>
      </Text>
      <Box columnGap={1}>
        <Box width={stageWidth} flexShrink={0}>
          <Text {...tint("cyan")}>{stage}</Text>
        </Box>
        {fraction === null ? null : (
          <>
            <Bar fraction={fraction} columns={columns - stageWidth - 7} />
            <Text>{`${Math.floor(fraction * 100)} %`.padStart(5)}</Text>
          </>
        )}
      </Box>
      <Text wrap="truncate">{facts.join(" · ")}</Text>
      <Box flexWrap="wrap" columnGap={2} display={counts.length > 0 ? "flex" : "none"}>
        {counts.map(([label, value]) => (
          <Text key={label} {...(label === "rejected" && value !== "0" ? tint("yellow") : {})}>
            {label} {value}
          </Text>
        ))}
      </Box>
      {notice ? <Text dimColor={colour}>{notice}</Text> : null}
      {warning ? <Text {...tint("yellow")}>{warning}</Text> : null}
      {asking ? <Leaving {...props} /> : null}
      {props.keys && !asking ? <Text dimColor={colour}>Ctrl-C to leave</Text> : null}
    </Box>
  );
}
