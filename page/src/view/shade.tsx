// Numbers as shades of two colours: blue below 0, orange above.

import { useEffect, useRef } from "preact/hooks";

const blue = [0, 114, 178], orange = [230, 159, 0];

/** A picture of rows x columns numbers, the first row above; `largest` has the full colour. */
export function Shades({ values, columns, largest }: { values: number[]; columns: number; largest: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const rows = Math.ceil(values.length / columns);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    const image = context.createImageData(columns, rows);
    values.forEach((value, k) => {
      const [r, g, b] = value < 0 ? blue : orange;
      image.data.set([r, g, b, Math.round(255 * Math.min(1, Math.abs(value) / (largest || 1)))], 4 * k);
    });
    context.putImageData(image, 0, 0);
  }, [values, columns, largest]);
  return <canvas ref={canvas} class="shades" width={columns} height={rows} style={{ aspectRatio: `${columns} / ${rows}` }} aria-hidden="true" />;
}
