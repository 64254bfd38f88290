/* How handles close in libuv; the same in Rust in tests/libuv.rs, line for line.
 *
 * -DFREE_EARLY frees a handle that is closing, -DFORGET neither closes nor frees one:
 * the two mistakes that an id with a generation turns into an answer. */
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static uv_loop_t loop;

static uv_handle_t *named(uv_handle_t *handle, char *name) {
  handle->data = name;
  return handle;
}

static void on_close(uv_handle_t *handle) {
  printf("close %s\n", (char *) handle->data);
  free(handle);
}

static void on_timer(uv_timer_t *timer) {
  printf("timer %s\n", (char *) timer->data);
  uv_close((uv_handle_t *) timer, on_close);
#ifdef FREE_EARLY
  free(timer);
#endif
}

static void on_check(uv_check_t *check) {
  printf("check %s\n", (char *) check->data);
  uv_close((uv_handle_t *) check, on_close);
}

static void on_idle(uv_idle_t *idle) {
  printf("idle %s\n", (char *) idle->data);
  uv_close((uv_handle_t *) idle, on_close);
}

static void timer(char *name) {
  uv_timer_t *timer = malloc(sizeof *timer);
  uv_timer_init(&loop, timer);
  named((uv_handle_t *) timer, name);
  uv_timer_start(timer, on_timer, 0, 0);
}

static void check(char *name) {
  uv_check_t *check = malloc(sizeof *check);
  uv_check_init(&loop, check);
  named((uv_handle_t *) check, name);
  uv_check_start(check, on_check);
}

static void idle(char *name) {
  uv_idle_t *idle = malloc(sizeof *idle);
  uv_idle_init(&loop, idle);
  named((uv_handle_t *) idle, name);
  uv_idle_start(idle, on_idle);
}

int main(void) {
  uv_loop_init(&loop);
  timer("a"), timer("b");
  check("c"), check("d");
  idle("e"), idle("f");
#ifdef FORGET
  uv_timer_t *forgotten = malloc(sizeof *forgotten);
  uv_timer_init(&loop, forgotten);
  forgotten = NULL;
#endif
  uv_run(&loop, UV_RUN_DEFAULT);
  int status = uv_loop_close(&loop);
  printf("%s\n", status == 0 ? "closed" : uv_err_name(status));
  return 0;
}
