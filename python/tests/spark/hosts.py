"""A cluster of two executors, each a process of its own: `local-cluster[2,1,1024]` whose workers have addresses of
their own. Spark never overtakes a task on the host that it runs on, and those of `local-cluster` share one."""

import time

# Programs of seconds: compile little, and collect garbage on one thread.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"


def started(settings, folder):
    """A session on a new cluster, which writes its logs to `folder`. The master and the workers are threads of the
    driver, as those of `local-cluster`."""
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    conf = SparkConf().setAll([(name, str(value)) for name, value in settings.items()])
    conf.set("spark.driver.extraJavaOptions", JAVA).set("spark.executor.extraJavaOptions", JAVA)
    conf.set("spark.executor.memory", "512m")
    SparkContext._ensure_initialized(conf=conf)
    jvm, array = SparkContext._jvm, SparkContext._gateway.new_array
    deploy, own = jvm.org.apache.spark.deploy, jvm.org.apache.spark.SparkConf(False)
    own.set("spark.master.rest.enabled", "false").set("spark.local.dir", str(folder))
    master = deploy.master.Master.startRpcEnvAndEndpoint("127.0.0.1", 0, 0, own)
    url = master._1().address().toSparkURL()
    masters = array(jvm.java.lang.String, 1)
    masters[0] = url
    none, work = jvm.scala.Option.empty(), str(folder)
    for i in [1, 2]:
        worker = deploy.worker.Worker.startRpcEnvAndEndpoint
        worker(f"127.0.0.{i}", 0, 0, 1, 1024, masters, work, jvm.scala.Some(i), own, none)
    session = SparkSession.builder.config(conf=conf).master(url).getOrCreate()
    while executors(session) < 2:
        time.sleep(0.05)
    return session


def executors(session):
    """How many there are."""
    return session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
