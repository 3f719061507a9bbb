'use client';
import { useEffect } from 'react';
import { tensor } from 'regulus';

/** Computes when it is rendered, on the server too, and trains in a worker in the browser. */
export default function Page() {
  useEffect(() => {
    import('./program.js');
  }, []);
  return <output>{tensor([1, 2]).square().sum().item()}</output>;
}
