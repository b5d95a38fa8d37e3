// Each screen as it is when somebody has used it: its address, and what one does there.

const studied = (button, done) => async (page) => {
  await page.locator(".screen button", { hasText: button }).first().click();
  await page.waitForFunction(done, null, { timeout: 60000 });
};
export const screens = {
  xor: ["#data=xor&iteration=137&phase=7&cell=dW2[1,2]"],
  first: [""],
  circles: ["#data=circles&net=8%20tanh&epochs=40&iteration=300&phase=3"],
  series: ["#data=waves.csv&shape=1x24&net=conv%203x5%20relu,%20maxpool%204,%20flatten&learning-rate=0.01&iteration=200&cell=Z1[2,9,1]"],
  machine: ["#data=stripes.csv&scale=none&net=8%20sigmoid&pretrain=rbm&pretrain-epochs=400&validation=0&iteration=399&phase=2"],
  slice: ["#data=xor&iteration=1000", async (page) => {
    await page.keyboard.press("Home");
    await page.locator(".planes button").click();
    await page.waitForSelector(".slice svg");
  }],
  data: ["#data=circles&screen=data", async (page) => {
    for (const [x, y, kind] of [[60, 80, 0], [90, 200, 0], [200, 60, 1], [180, 220, 1]]) {
      await page.locator(".points input[type=radio]").nth(kind).check();
      await page.locator(".points svg").click({ position: { x, y } });
    }
  }],
  health: ["#data=xor&seed=2&iterations=1001&screen=health", async (page) => {
    await studied(/over time|整个过程/, () => !document.querySelector(".screen [role=status]") && document.querySelector(".saturation"))(page);
    await studied(/doctor|医生/, () => document.querySelector(".findings"))(page);
  }],
  seeds: ["#data=xor&screen=seeds", studied(/20/, () => document.querySelectorAll(".group .atlas li").length === 20)],
  compare: ["#data=xor&iteration=100", async (page) => {
    await page.locator(".branch summary").click();
    await page.locator('.branch input[name="learning-rate"]').fill("1");
    await page.locator(".branch form button").click();
    await page.waitForSelector(".runs");
    await page.keyboard.press("Shift+ArrowRight");
    await page.locator(".screens button").last().click();
    await page.waitForSelector(".screen table");
  }],
};
