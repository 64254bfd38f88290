/* A hook that another one starts anew, and a write whose connection is refused; the same
 * in Rust in tests/libuv.rs. */
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

static uv_check_t starter, again;

static void on_old(uv_check_t *check) {
  (void) check;
  puts("old");
}

static void on_new(uv_check_t *check) {
  puts("new");
  uv_check_stop(check);
}

static void on_starter(uv_check_t *check) {
  puts("starter");
  uv_check_stop(check);
  uv_check_stop(&again);
  uv_check_start(&again, on_new);
}

static void on_connect(uv_connect_t *request, int status) {
  (void) request;
  printf("connect %s\n", uv_err_name(status));
}

static void on_write(uv_write_t *request, int status) {
  printf("write %s\n", uv_err_name(status));
  uv_close((uv_handle_t *) request->handle, NULL);
}

/* An address of this machine at which nobody listens. */
static struct sockaddr_in nobody(void) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr *) &address, length) != 0) perror("bind");
  getsockname(fd, (struct sockaddr *) &address, &length);
  close(fd);
  return address;
}

int main(void) {
  uv_loop_t loop;
  uv_tcp_t stream;
  uv_connect_t connect;
  uv_write_t write;
  uv_buf_t data = uv_buf_init("early", 5);
  struct sockaddr_in address = nobody();
  uv_loop_init(&loop);
  uv_check_init(&loop, &again), uv_check_start(&again, on_old);
  uv_check_init(&loop, &starter), uv_check_start(&starter, on_starter);
  for (int turn = 1; turn <= 2; turn++) {
    printf("turn %d\n", turn);
    uv_run(&loop, UV_RUN_NOWAIT);
  }
  uv_tcp_init(&loop, &stream);
  uv_tcp_connect(&connect, &stream, (struct sockaddr *) &address, on_connect);
  uv_write(&write, (uv_stream_t *) &stream, &data, 1, on_write);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_close((uv_handle_t *) &again, NULL), uv_close((uv_handle_t *) &starter, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  return uv_loop_close(&loop);
}
