import { useParams } from "react-router";
import { NotFoundPage } from "../../components/NotFoundPage.tsx";

export const ExplorerPage = () => {
  const { value } = useParams();
  return <NotFoundPage what={`${value}`} />;
};
