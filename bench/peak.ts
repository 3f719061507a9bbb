/** The peak rate of multiplications and additions of four floats, in chains that do not wait for one another. */
export function chains12(steps: i32, p: usize): void {
  const c = v128.load(p),
    d = v128.load(p, 16);
  let x0 = v128.load(p, 32);
  let x1 = v128.load(p, 48);
  let x2 = v128.load(p, 64);
  let x3 = v128.load(p, 80);
  let x4 = v128.load(p, 96);
  let x5 = v128.load(p, 112);
  let x6 = v128.load(p, 128);
  let x7 = v128.load(p, 144);
  let x8 = v128.load(p, 160);
  let x9 = v128.load(p, 176);
  let x10 = v128.load(p, 192);
  let x11 = v128.load(p, 208);
  for (let i = 0; i < steps; i++) {
    x0 = f32x4.add(f32x4.mul(x0, c), d);
    x1 = f32x4.add(f32x4.mul(x1, c), d);
    x2 = f32x4.add(f32x4.mul(x2, c), d);
    x3 = f32x4.add(f32x4.mul(x3, c), d);
    x4 = f32x4.add(f32x4.mul(x4, c), d);
    x5 = f32x4.add(f32x4.mul(x5, c), d);
    x6 = f32x4.add(f32x4.mul(x6, c), d);
    x7 = f32x4.add(f32x4.mul(x7, c), d);
    x8 = f32x4.add(f32x4.mul(x8, c), d);
    x9 = f32x4.add(f32x4.mul(x9, c), d);
    x10 = f32x4.add(f32x4.mul(x10, c), d);
    x11 = f32x4.add(f32x4.mul(x11, c), d);
  }
  v128.store(p, x0, 32);
  v128.store(p, x1, 48);
  v128.store(p, x2, 64);
  v128.store(p, x3, 80);
  v128.store(p, x4, 96);
  v128.store(p, x5, 112);
  v128.store(p, x6, 128);
  v128.store(p, x7, 144);
  v128.store(p, x8, 160);
  v128.store(p, x9, 176);
  v128.store(p, x10, 192);
  v128.store(p, x11, 208);
}
export function chains13(steps: i32, p: usize): void {
  const c = v128.load(p),
    d = v128.load(p, 16);
  let x0 = v128.load(p, 32);
  let x1 = v128.load(p, 48);
  let x2 = v128.load(p, 64);
  let x3 = v128.load(p, 80);
  let x4 = v128.load(p, 96);
  let x5 = v128.load(p, 112);
  let x6 = v128.load(p, 128);
  let x7 = v128.load(p, 144);
  let x8 = v128.load(p, 160);
  let x9 = v128.load(p, 176);
  let x10 = v128.load(p, 192);
  let x11 = v128.load(p, 208);
  let x12 = v128.load(p, 224);
  for (let i = 0; i < steps; i++) {
    x0 = f32x4.add(f32x4.mul(x0, c), d);
    x1 = f32x4.add(f32x4.mul(x1, c), d);
    x2 = f32x4.add(f32x4.mul(x2, c), d);
    x3 = f32x4.add(f32x4.mul(x3, c), d);
    x4 = f32x4.add(f32x4.mul(x4, c), d);
    x5 = f32x4.add(f32x4.mul(x5, c), d);
    x6 = f32x4.add(f32x4.mul(x6, c), d);
    x7 = f32x4.add(f32x4.mul(x7, c), d);
    x8 = f32x4.add(f32x4.mul(x8, c), d);
    x9 = f32x4.add(f32x4.mul(x9, c), d);
    x10 = f32x4.add(f32x4.mul(x10, c), d);
    x11 = f32x4.add(f32x4.mul(x11, c), d);
    x12 = f32x4.add(f32x4.mul(x12, c), d);
  }
  v128.store(p, x0, 32);
  v128.store(p, x1, 48);
  v128.store(p, x2, 64);
  v128.store(p, x3, 80);
  v128.store(p, x4, 96);
  v128.store(p, x5, 112);
  v128.store(p, x6, 128);
  v128.store(p, x7, 144);
  v128.store(p, x8, 160);
  v128.store(p, x9, 176);
  v128.store(p, x10, 192);
  v128.store(p, x11, 208);
  v128.store(p, x12, 224);
}
